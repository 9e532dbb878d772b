// The asking side, without sockets: what it sends and what it says, for everything seen from real servers.

import Checks
import DICOM
import Testing

@Suite struct EchoClientTests {
    private typealias Step = ExchangeStep<[UInt8]>

    private func client() -> EchoClient {
        EchoClient(options: DICOMOptions(calledAETitle: "ORTHANC", callingAETitle: "PROBER"), timeout: .seconds(5))
    }

    /// What the client says after these answers, all at once.
    private func outcome(_ answers: [UInt8]...) -> Verdict.Outcome? {
        var client = client()
        _ = client.begin()
        var outcome: Verdict.Outcome?
        for answer in answers {
            outcome = outcome ?? client.receive(answer, at: .milliseconds(10)).outcome
        }
        return outcome
    }

    @Test func passes() {
        var client = client()
        let request = PDU.associateRequest(.echo(calling: "PROBER", called: "ORTHANC")).encoded
        #expect(client.begin() == Step(send: [request], deadline: .seconds(5)))
        #expect(client.receive(Vector.accept, at: .milliseconds(3)) == Step(send: [Vector.echoRequest]))
        let verdict = client.receive(Vector.echoResponse, at: .milliseconds(40))
        #expect(verdict.outcome == .passed)
        #expect(verdict.send == [Vector.releaseRequest])
        #expect(verdict.deadline == .milliseconds(1040))
        #expect(verdict.detail == "A-ASSOCIATE-AC after 3 ms")
        #expect(!verdict.isFinished)
        #expect(client.receive(Vector.releaseReply, at: .milliseconds(41)) == Step(isFinished: true))
    }

    @Test func aPeerThatDoesNotReleaseIsHealthy() {
        for end in 0..<3 {
            var client = client()
            _ = client.begin()
            _ = client.receive(Vector.accept, at: .zero)
            #expect(client.receive(Vector.echoResponse, at: .zero).outcome == .passed)
            let last =
                switch end {
                case 0: client.deadlinePassed()
                case 1: client.closed()
                default: client.receive(Array("garbage".utf8), at: .zero)
                }
            #expect(last.isFinished)
            #expect(last.outcome == nil)
        }
    }

    @Test func anyCutGivesTheSame() {
        let stream = Vector.accept + Vector.echoResponse
        for size in 1...stream.count {
            var client = client()
            _ = client.begin()
            var steps = Step.nothing
            for start in stride(from: 0, to: stream.count, by: size) {
                let piece = Array(stream[start..<min(start + size, stream.count)])
                steps.append(client.receive(piece, at: .milliseconds(1)))
            }
            #expect(steps.outcome == .passed)
            #expect(steps.send == [Vector.echoRequest, Vector.releaseRequest])
        }
    }

    @Test func fragmentedResponse() {
        let command = Array(Vector.echoResponse.dropFirst(12))
        let cuts = [command[..<10], command[10..<11], command[11...]].map(Array.init)
        let values = cuts.enumerated().map { index, fragment in
            PresentationDataValue(contextID: 1, isLast: index == 2, fragment: fragment)
        }
        #expect(outcome(Vector.accept, PDU.data(values).encoded) == .passed)
        let apart = values.flatMap { PDU.data([$0]).encoded }
        #expect(outcome(Vector.accept, apart) == .passed)
    }

    @Test func rejections() {
        func text(_ tail: String) -> Verdict.Outcome? { outcome(octets("03 00 00 00 00 04 00 \(tail)")) }
        #expect(text("01 01 07") == .failed(.dicom, "association rejected: called AE title not recognized (ORTHANC)"))
        #expect(text("01 01 03") == .degraded(.dicom, "association rejected: calling AE title not recognized (PROBER)"))
        #expect(text("01 01 01") == .failed(.dicom, "association rejected: no reason given"))
        #expect(text("01 01 02") == .failed(.dicom, "association rejected: application context not supported"))
        #expect(text("01 02 02") == .failed(.dicom, "association rejected: protocol version not supported"))
        #expect(text("02 03 01") == .degraded(.dicom, "association rejected: temporary congestion (transient)"))
        #expect(text("02 03 02") == .degraded(.dicom, "association rejected: local limit exceeded (transient)"))
        #expect(text("01 09 09") == .failed(.dicom, "association rejected: source 9, reason 9"))
    }

    @Test func refusedContexts() {
        let reasons = [
            (3, "abstract syntax not supported"), (4, "transfer syntaxes not supported"), (1, "user rejection"),
            (2, "no reason given"), (77, "result 77"),
        ]
        for (result, text) in reasons {
            var accept = Vector.accept
            accept[0x69] = UInt8(result)
            #expect(outcome(accept) == .failed(.dicom, "presentation context refused: \(text)"))
        }
        var other = Vector.accept
        other[0x67] = 3
        #expect(outcome(other) == .failed(.dicom, "A-ASSOCIATE-AC without our presentation context"))
    }

    @Test func aborts() {
        #expect(
            outcome(Vector.accept, Vector.abort)
                == .failed(.dicom, "A-ABORT instead of C-ECHO-RSP (is the calling AE title allowed?)"))
        #expect(outcome(Vector.abort) == .failed(.dicom, "A-ABORT instead of A-ASSOCIATE-AC"))
        #expect(
            outcome(Vector.accept, Vector.releaseRequest) == .failed(.dicom, "A-RELEASE-RQ instead of C-ECHO-RSP"))
    }

    @Test func statuses() {
        for (status, text) in [(0x0122, "0122H"), (0x0210, "0210H"), (0xA700, "A700H")] {
            let response = EchoMessage(command: .echoResponse, messageID: 1, status: UInt16(status))
            let unit = PDU.data([PresentationDataValue(contextID: 1, fragment: response.commandSet)]).encoded
            #expect(outcome(Vector.accept, unit) == .failed(.dicom, "C-ECHO status \(text)"))
        }
    }

    @Test func otherProtocols() {
        #expect(
            outcome(Array("HTTP/1.1 400 Bad Request\r\n".utf8))
                == .failed(.dicom, "not a DICOM answer (starts with \"HTTP/1.1\")"))
        #expect(
            outcome(Array("SSH-2.0-OpenSSH".utf8)) == .failed(.dicom, "not a DICOM answer (starts with \"SSH-2.0-\")"))
        #expect(
            outcome(octets("15 03 01 00 02 02 16"))
                == .failed(.dicom, "not a DICOM answer (a TLS alert: does this port speak TLS?)"))
    }

    @Test func silenceAndClosing() {
        var silent = client()
        _ = silent.begin()
        #expect(silent.deadlinePassed().outcome == .failed(.dicom, "stalled: no A-ASSOCIATE-AC within 5 s"))
        var closing = client()
        _ = closing.begin()
        #expect(closing.closed().outcome == .failed(.dicom, "closed without an A-ASSOCIATE-AC"))
        var later = client()
        _ = later.begin()
        _ = later.receive(Vector.accept, at: .zero)
        #expect(later.closed().outcome == .failed(.dicom, "closed without a C-ECHO-RSP"))
    }

    @Test func busy() {
        var client = client()
        _ = client.begin()
        _ = client.receive(Vector.accept, at: .milliseconds(1))
        #expect(client.deadlinePassed() == Step(deadline: .seconds(10)))
        let verdict = client.receive(Vector.echoResponse, at: .seconds(7))
        #expect(verdict.outcome == .degraded(.dicom, "busy: C-ECHO-RSP only after 7 s"))

        var hopeless = self.client()
        _ = hopeless.begin()
        _ = hopeless.receive(Vector.accept, at: .milliseconds(1))
        _ = hopeless.deadlinePassed()
        #expect(
            hopeless.deadlinePassed().outcome
                == .failed(.dicom, "association accepted, but no C-ECHO-RSP within 10 s"))
    }

    @Test(arguments: 0..<10) func garbageGivesAVerdictAtMostOnce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var client = client()
            _ = client.begin()
            var stream = Vector.accept + Vector.echoResponse + Vector.releaseReply
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                stream[Int.random(in: 0..<stream.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            var verdicts = 0
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...64, using: &generator))
                rest = rest.dropFirst(piece.count)
                if client.receive(Array(piece), at: .zero).outcome != nil { verdicts += 1 }
            }
            if client.closed().outcome != nil { verdicts += 1 }
            #expect(verdicts == 1)
        }
    }
}
