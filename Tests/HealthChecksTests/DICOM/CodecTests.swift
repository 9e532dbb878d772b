// The units and messages against octets captured on the wire, and against octets that are no DICOM at all.

import DICOM
import Testing

@Suite struct CodecTests {
    private func read(_ octets: [UInt8]) throws -> [PDU] {
        var framer = PDUFramer()
        framer.append(octets)
        var units: [PDU] = []
        while let unit = try framer.next() { units.append(unit) }
        #expect(framer.isEmpty)
        return units
    }

    @Test func associateRequest() throws {
        var request = AssociateRequest.echo(calling: "PROBER", called: "ORTHANC")
        request.userInformation.implementation = "2.25.302043790172249692526321623266752743501"
        request.userInformation.version = "DNSLAB_1"
        #expect(PDU.associateRequest(request).encoded == Vector.request)
        #expect(try read(Vector.request) == [.associateRequest(request)])
    }

    @Test func ourRequestHasTheSameSizeButForTheVersionName() {
        let request = AssociateRequest.echo(calling: "PROBER", called: "ORTHANC")
        let ours = PDU.associateRequest(request).encoded
        #expect(UID.implementation.utf8.count <= 64)
        #expect((1...16).contains(UID.implementationVersion.utf8.count))
        #expect(ours.prefix(2) == Vector.request.prefix(2))
        #expect(ours[6..<0x97] == Vector.request[6..<0x97])
    }

    @Test func associateAccept() throws {
        let accept = AssociateAccept(
            calledAETitle: "ORTHANC", callingAETitle: "PROBER",
            contexts: [.init(id: 1, result: .acceptance, transferSyntax: UID.implicitVRLittleEndian)],
            userInformation: UserInformation(
                maximumLength: 16_384, implementation: "1.2.276.0.7230010.3.0.3.6.7", version: "OFFIS_DCMTK_367"))
        #expect(PDU.associateAccept(accept).encoded == Vector.accept)
        #expect(try read(Vector.accept) == [.associateAccept(accept)])
    }

    @Test func unknownItemsAreSkippedByLength() throws {
        var octets = Vector.accept + octets("99 00 00 03 01 02 03")
        octets[5] += 7
        #expect(try read(octets) == read(Vector.accept))
    }

    @Test func echo() throws {
        let request = EchoMessage(command: .echoRequest, messageID: 1)
        let requestValue = PresentationDataValue(contextID: 1, fragment: request.commandSet)
        #expect(PDU.data([requestValue]).encoded == Vector.echoRequest)
        #expect(try EchoMessage(commandSet: requestValue.fragment) == request)
        let response = EchoMessage(command: .echoResponse, messageID: 1, status: 0)
        let responseValue = PresentationDataValue(contextID: 1, fragment: response.commandSet)
        #expect(PDU.data([responseValue]).encoded == Vector.echoResponse)
        #expect(try EchoMessage(commandSet: responseValue.fragment) == response)
    }

    @Test func shortUnits() throws {
        let all: [(PDU, [UInt8])] = [
            (.releaseRequest, Vector.releaseRequest), (.releaseReply, Vector.releaseReply),
            (.associateReject(.calledAETitleNotRecognized), Vector.reject),
            (.abort(Abort(source: 0, reason: 0)), Vector.abort),
        ]
        for (unit, octets) in all {
            #expect(unit.encoded == octets)
            #expect(try read(octets) == [unit])
        }
    }

    @Test func unitsAreFoundHoweverTheyAreCut() throws {
        let stream = Vector.accept + Vector.echoResponse + Vector.releaseReply + Vector.abort
        let expected = try read(stream)
        #expect(expected.count == 4)
        for size in 1...stream.count {
            var framer = PDUFramer()
            var units: [PDU] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                framer.append(stream[start..<min(start + size, stream.count)])
                while let unit = try framer.next() { units.append(unit) }
            }
            #expect(units == expected, "in pieces of \(size)")
        }
    }

    @Test func lengthsBeyondTheLimitAreRefused() {
        #expect(throws: PDUError.tooLong(type: 4, length: 0xFFFF_FFFF)) { try read(octets("04 00 ff ff ff ff")) }
        #expect(throws: PDUError.tooLong(type: 2, length: 65_537)) { try read(octets("02 00 00 01 00 01")) }
    }

    @Test func whatIsNoUnitIsNamed() {
        let answer = Array("HTTP/1.1 400 Bad Request".utf8)
        #expect(throws: PDUError.unknownType(Array("HTTP/1.1".utf8))) { try read(answer) }
    }

    @Test func everyCutIsRefusedOrWaitsButNeverTraps() {
        for vector in [Vector.request, Vector.accept, Vector.echoRequest, Vector.echoResponse, Vector.reject] {
            for count in 6..<vector.count {
                // The unit says that it is complete after `count` octets.
                var octets = Array(vector.prefix(count))
                octets[4] = UInt8((count - 6) >> 8)
                octets[5] = UInt8((count - 6) & 0xFF)
                var framer = PDUFramer()
                framer.append(octets)
                _ = try? framer.next()
            }
        }
    }

    @Test(arguments: 0..<20) func garbageNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let seeds = [Vector.request, Vector.accept, Vector.echoRequest, Vector.echoResponse, Vector.reject]
        for _ in 0..<500 {
            var octets = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            for _ in 0...Int.random(in: 0..<8, using: &generator) {
                octets[Int.random(in: 0..<octets.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            var framer = PDUFramer()
            var assembler = CommandAssembler()
            framer.append(octets)
            while let unit = try? framer.next() {
                _ = unit.encoded
                if case .data(let values) = unit {
                    for value in values { _ = try? assembler.add(value) }
                }
            }
            _ = try? EchoMessage(commandSet: octets)
            _ = try? PDU(type: UInt8.random(in: 0...8, using: &generator), body: octets)
        }
    }
}

/// SplitMix64: the same numbers in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
