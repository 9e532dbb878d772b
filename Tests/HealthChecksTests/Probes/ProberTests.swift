// Probes against servers that behave and servers that do not: the layer and the text of each verdict.

import Checks
import DNSCore
import HealthChecks
import NIOCore
import StandIn
import Testing

@Suite struct ProberTests {
    let prober = Prober(group: testGroup)
    /// Short where silence is expected; a stalled association is accepted first.
    let short = Timeouts(tcp: .seconds(20), tls: .milliseconds(300), http: .milliseconds(300), dicom: .seconds(1))
    /// Long where an answer is.
    let long = Timeouts(tcp: .seconds(20), tls: .seconds(20), http: .seconds(20), dicom: .seconds(20))

    func probe(_ kind: CheckDefinition.Kind, port: UInt16, timeouts: Timeouts? = nil) async throws -> Verdict {
        let check = CheckDefinition(name: "check", kind: kind, port: port, timeouts: timeouts ?? long)
        return try await prober.probe(check, address: loopback)
    }

    @Test func standInPassesEveryKind() async throws {
        try await withStandIn { ports in
            let web = HTTPOptions(path: "/orthanc/changes?last", expectedStatus: [200...200])
            let kinds: [(CheckDefinition.Kind, UInt16, [Layer])] = [
                (.tcp, ports.dicom, [.tcp]), (.tcp, ports.https, [.tcp]),
                (.tls(TLSOptions()), ports.https, [.tcp, .tls]),
                (.https(web, TLSOptions()), ports.https, [.tcp, .tls, .http]),
                (.dicom(DICOMOptions(), nil), ports.dicom, [.tcp, .dicom]),
            ]
            for (kind, port, layers) in kinds {
                let verdict = try await probe(kind, port: port)
                #expect(verdict.outcome == .passed)
                #expect(verdict.layers.map(\.layer) == layers)
                #expect(verdict.latency > .zero)
            }
        }
    }

    @Test func standInAnswersLikeOrthanc() async throws {
        try await withStandIn { ports in
            let expectations = [
                ("GET", "/", 301), ("GET", "/system", 200), ("HEAD", "/system", 404), ("GET", "/other", 404),
                ("GET", "/changes?last", 200),
            ]
            for (method, path, status) in expectations {
                let options = HTTPOptions(method: method, path: path, expectedStatus: [status...status])
                let verdict = try await probe(.https(options, TLSOptions()), port: ports.https)
                #expect(verdict.outcome == .passed)
            }
        }
    }

    @Test func standInRefusesAPortInUse() async throws {
        try await withStandIn { ports in
            do {
                try await withStandIn(dicomPort: ports.dicom) { _ in }
                Issue.record("two on one port")
            } catch {
                #expect("\(error)" == "127.0.0.1:\(ports.dicom): address already in use")
            }
        }
    }

    @Test func wrongCalledTitle() async throws {
        try await withStandIn(aeTitle: "PACS", checksCalledAETitle: true) { ports in
            let wrong = try await probe(.dicom(DICOMOptions(calledAETitle: "OTHER"), nil), port: ports.dicom)
            #expect(
                wrong.outcome == .failed(.dicom, "association rejected: called AE title not recognized (OTHER)"))
            let right = try await probe(.dicom(DICOMOptions(calledAETitle: "pacs"), nil), port: ports.dicom)
            #expect(right.outcome == .passed)
        }
    }

    @Test func nobodyListens() async throws {
        for kind: CheckDefinition.Kind in [.tcp, .tls(TLSOptions()), .dicom(DICOMOptions(), nil)] {
            let check = CheckDefinition(name: "check", kind: kind, port: 1, timeouts: long)
            let verdict = try await prober.probe(check, address: nowhere)
            #expect(verdict.outcome == .failed(.tcp, "connection refused"))
            #expect(verdict.layers.isEmpty)
        }
    }

    @Test func silence() async throws {
        try await withServer(.silent) { port in
            let expectations: [(CheckDefinition.Kind, Verdict.Outcome)] = [
                (.tcp, .passed),
                (.tls(TLSOptions()), .failed(.tls, "no answer within 300 ms")),
                (.http(HTTPOptions()), .failed(.http, "no answer within 300 ms")),
                (.dicom(DICOMOptions(), nil), .failed(.dicom, "stalled: no A-ASSOCIATE-AC within 1 s")),
                (.dicom(DICOMOptions(), TLSOptions()), .failed(.tls, "no answer within 300 ms")),
            ]
            for (kind, outcome) in expectations {
                let verdict = try await probe(kind, port: port, timeouts: short)
                #expect(verdict.outcome == outcome)
            }
        }
    }

    @Test func closes() async throws {
        try await withServer(.closesAtOnce) { port in
            let expectations: [(CheckDefinition.Kind, Layer)] = [
                (.tls(TLSOptions()), .tls), (.http(HTTPOptions()), .http), (.dicom(DICOMOptions(), nil), .dicom),
            ]
            for (kind, layer) in expectations {
                let outcome = try await probe(kind, port: port).outcome
                #expect(outcome.layer == layer && outcome.isFailure)
                let text = outcome.text ?? ""
                #expect(text.hasPrefix("closed ") || text == "connection reset", "\(text)")
            }
        }
    }

    @Test func httpStatuses() async throws {
        let options = HTTPOptions(expectedStatus: [200...299, 401...401, 403...403])
        for (status, passes) in [(200, true), (204, true), (401, true), (301, false), (502, false)] {
            let answer = Array("HTTP/1.1 \(status) Text\r\nContent-Length: 1000\r\n\r\n".utf8)
            let verdict = try await withServer(.answers([answer])) { try await probe(.http(options), port: $0) }
            let hint = status == 301 ? "; redirects are not followed" : ""
            let text = "HTTP status \(status), expected 200-299, 401 or 403\(hint)"
            #expect(verdict.outcome == (passes ? .passed : .failed(.http, text)))
        }
    }

    @Test func httpGarbage() async throws {
        for garbage in ["SSH-2.0-OpenSSH\r\n", "\u{2}\u{0}\u{0}", "HTTP/9 hello\r\n\r\n"] {
            let verdict = try await withServer(.answers([Array(garbage.utf8)])) {
                try await probe(.http(HTTPOptions()), port: $0)
            }
            #expect(verdict.outcome == .failed(.http, "not an HTTP answer"))
        }
        let endless = Array("HTTP/1.1 200 OK\r\nX: ".utf8) + [UInt8](repeating: 0x61, count: 200_000)
        let verdict = try await withServer(.answers([endless])) { try await probe(.http(HTTPOptions()), port: $0) }
        #expect(verdict.outcome == .failed(.http, "an HTTP header section of more than 65536 octets"))
    }

    @Test func dicomInPieces() async throws {
        let answers = [Vector.accept, Vector.echoResponse, Vector.releaseReply]
        for behaviour in [Behaviour.answers(answers, closes: true), .dribbles(answers)] {
            let verdict = try await withServer(behaviour) { try await probe(.dicom(DICOMOptions(), nil), port: $0) }
            #expect(verdict.outcome == .passed)
            #expect(verdict.layers.last?.detail?.hasPrefix("A-ASSOCIATE-AC after ") == true)
        }
    }

    /// A peer that never sends its A-RELEASE-RP does not keep the socket.
    @Test func closesWithoutAReleaseReply() async throws {
        let (closings, closed) = AsyncStream.makeStream(of: Void.self)
        let answers = Behaviour.answersLate([Vector.accept, Vector.echoResponse], by: .milliseconds(100), closed)
        try await withServer(answers) { port in
            let verdict = try await probe(.dicom(DICOMOptions(), nil), port: port)
            #expect(verdict.outcome == .passed)
            for await _ in closings { break }
        }
    }

    @Test func impossibleServerName() async throws {
        try await withServer(.silent) { port in
            let outcome = try await probe(.tls(TLSOptions(serverName: "")), port: port).outcome
            #expect(outcome.layer == .tls && outcome.isFailure, "\(outcome)")
        }
    }

    @Test func dicomOverTLS() async throws {
        let certificate = try TestCertificate("dicom")
        let answers = Behaviour.answers([Vector.accept, Vector.echoResponse, Vector.releaseReply], closes: true)
        let verdict = try await withServer(answers, tls: certificate) {
            try await probe(.dicom(DICOMOptions(), TLSOptions()), port: $0)
        }
        #expect(verdict.outcome == .passed)
        #expect(verdict.layers.map(\.layer) == [.tcp, .tls, .dicom])
        // nginx in front of a dead Orthanc: the handshake is done, then nothing.
        let dead = try await withServer(.answers([[]], closes: true), tls: certificate) {
            try await probe(.dicom(DICOMOptions(), TLSOptions()), port: $0)
        }
        #expect(dead.outcome == .failed(.dicom, "closed without an A-ASSOCIATE-AC"))
    }

    @Test func dicomThatGoesWrong() async throws {
        let expectations: [(Behaviour, String)] = [
            (.answers([Vector.accept, []], closes: true), "closed without a C-ECHO-RSP"),
            (.answers([Vector.accept], closes: true), "closed without a C-ECHO-RSP"),
            (
                .answers([Vector.accept, Vector.abort]),
                "A-ABORT instead of C-ECHO-RSP (is the calling AE title allowed?)"
            ),
            (.answers([Array("HTTP/1.1 400 Bad Request".utf8)]), "not a DICOM answer (starts with \"HTTP/1.1\")"),
        ]
        for (behaviour, text) in expectations {
            let verdict = try await withServer(behaviour) { try await probe(.dicom(DICOMOptions(), nil), port: $0) }
            let reset = verdict.outcome == .failed(.dicom, "connection reset")
            #expect(verdict.outcome == .failed(.dicom, text) || reset)
            #expect(verdict.layers.map(\.layer) == [.tcp])
        }
        let stalled = try await withServer(.answers([Vector.accept])) {
            try await probe(.dicom(DICOMOptions(), nil), port: $0, timeouts: short)
        }
        #expect(stalled.outcome == .failed(.dicom, "association accepted, but no C-ECHO-RSP within 2 s"))
    }

    @Test func hostNames() async throws {
        let name = try DomainName("localhost")
        try await withStandIn { ports in
            let check = CheckDefinition(name: "c", kind: .tcp, port: ports.dicom, timeouts: long)
            let verdict = try await prober.probe(check, host: name)
            #expect(verdict.outcome == .passed)
            #expect(verdict.layers.map(\.layer) == [.resolve, .tcp])
            let unknown = try await prober.probe(check, host: try DomainName("does-not-exist.invalid"))
            #expect(unknown.outcome.layer == .resolve && unknown.outcome.isFailure)
        }
    }

    @Test func cancellation() async throws {
        try await withServer(.silent) { port in
            let check = CheckDefinition(name: "c", kind: .dicom(DICOMOptions(), nil), port: port, timeouts: long)
            let probing = Task { try await prober.probe(check, address: loopback) }
            probing.cancel()
            let verdict = try await probing.value
            #expect(verdict.outcome.text == "the probe was cancelled")
        }
    }
}
