// Every vector of `Vectors/*.txt` on the pure function, on UDP and on TCP: the same octets come back on all of them.

import DNSCore
import Foundation
import TestSupport
import Testing

@Suite struct VectorTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors")

    static let files: [String] = (try? FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()) ?? []

    private func world(_ name: String) throws -> (VectorFile, TestWorld) {
        let text = try String(contentsOf: Self.directory.appendingPathComponent(name), encoding: .utf8)
        let file = try VectorFile(text)
        return (file, try file.world())
    }

    @Test func areFound() { #expect(Self.files.count >= 8) }

    @Test(arguments: Self.files) func answersAsWritten(_ name: String) throws {
        let (file, world) = try world(name)
        #expect(!file.vectors.isEmpty)
        for vector in file.vectors {
            for transport in vector.transports {
                try check(vector, world.answer(vector.packet.octets, over: transport), transport, name)
            }
        }
    }

    /// Holds one answer to its vector and to what is true of all answers.
    private func check(_ vector: VectorFile.Vector, _ octets: [UInt8], _ transport: Transport, _ name: String) throws {
        let place = Comment(rawValue: "\(name):\(vector.line) over \(transport)")
        let message = try #require(LDNSMessage(octets), place)
        let walked = try MessageWalker(octets)
        #expect(message.code == (try code(vector.code)), place)
        #expect(message.flags == vector.flags.union(["qr"]), place)
        #expect(message.answer.sorted() == vector.sections["an"]?.sorted(), place)
        #expect(message.authority.sorted() == vector.sections["au"]?.sorted(), place)
        #expect(message.additional.sorted() == vector.sections["ad"]?.sorted(), place)
        #expect(message.edns == vector.packet.edns.map { $0.wantsDNSSEC ? "1232 do" : "1232" }, place)
        #expect(walked.options?.map(\.description) ?? [] == vector.options, place)
        #expect(Array(octets[12..<walked.questionEnd]) == vector.packet.question, place)
        if case .udp = transport {
            let limit = vector.packet.edns.map { max(512, min(Int($0.size), 1232)) } ?? 512
            #expect(octets.count <= limit, place)
        }
    }

    private func code(_ name: String) throws -> Int {
        let codes = [
            "NOERROR": 0, "FORMERR": 1, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "YXDOMAIN": 6, "BADVERS": 16,
            "SERVFAIL": 2, "BADCOOKIE": 23,
        ]
        return try #require(codes[name])
    }

    @Test(arguments: Self.files) func areTheSameOnTheWire(_ name: String) async throws {
        let (file, world) = try world(name)
        let server = try await LiveServer(world.state)
        let datagrams = try server.client(.udp)
        let stream = try server.client(.tcp)
        var id: UInt16 = 0
        for vector in file.vectors {
            let place = Comment(rawValue: "\(name):\(vector.line)")
            var packet = vector.packet
            for transport in vector.transports {
                id += 1
                packet.id = id
                let expected = world.answer(packet.octets, over: transport)
                switch transport {
                case .udp: #expect(datagrams.exchange(packet.octets) == expected, place)
                case .tcp, .tls: #expect(stream.exchange(packet.octets) == expected, place)
                }
            }
            // Where nothing was cut, it does not matter how the query came.
            if vector.transports.count == 2 {
                #expect(world.answer(packet.octets, over: .udp) == world.answer(packet.octets, over: .tcp), place)
            }
        }
        await server.stop()
    }
}
