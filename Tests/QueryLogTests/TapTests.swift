// From real queries, over UDP and TCP, to a file of Frame Streams.

import DNSCore
import Foundation
import Logging
import TestSupport
import Testing

@testable import Listeners
@testable import QueryLog

@Suite final class TapTests {
    private let world: TestWorld
    private let directory = FileManager.default.temporaryDirectory.appending(path: "tap-\(UUID().uuidString)")
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        world = try TestWorld(zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func octets(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: directory.appending(path: name)))
    }

    private func query(_ name: String) throws -> [UInt8] { try QueryPacket(name, "A").octets }

    /// The dnstap messages in a file that is a whole stream.
    private func messages(_ name: String) throws -> [[Field]] {
        let type = [0, 0, 0, 1, 0, 0, 0, 22] + Array("protobuf:dnstap.Dnstap".utf8)
        let all = try frames(of: octets(name))
        #expect(all.first == .control(kind: 2, fields: type) && all.last == .control(kind: 3, fields: []))
        return try all.compactMap { frame in
            guard case .data(let octets) = frame else { return nil }
            return try fields(of: try #require(fields(of: octets)[field: 14]?.octets))
        }
    }

    private func log(_ taps: QueryTaps, longest: Int = 1_000_000, keep: Int = 3) -> QueryLog {
        let path = directory.appending(path: "log").path(percentEncoded: false)
        return QueryLog(
            QueryLogOptions(
                output: .file(path: path, longest: longest, keep: keep), identity: "ns1", version: "test"),
            taps: taps, logger: quiet)
    }

    @Test func whatIsAskedIsInTheFile() async throws {
        let taps = QueryTaps(logsQueries: true)
        let server = try await LiveServer(world.state, taps: taps)
        var answers: [[UInt8]] = []
        for transport in [Transport.udp, .tcp] {
            let client = try server.client(transport)
            for name in ["ns.example.org", "none.example.org"] {
                answers.append(try #require(client.exchange(query(name))))
            }
        }
        await server.stop()
        let log = log(taps)
        log.stop()
        log.run()
        #expect(log.figures == QueryLogFigures(written: 8, dropped: 0))
        let messages = try messages("log")
        #expect(messages.count == 8)
        let responses = messages.filter { $0[field: 1]?.value == 2 }
        #expect(Set(responses.compactMap { $0[field: 14]?.octets }) == Set(answers))
        #expect(responses.map { $0[field: 3]?.value }.sorted { ($0 ?? 0) < ($1 ?? 0) } == [1, 1, 2, 2])
        for message in messages {
            #expect(message[field: 4]?.octets == [127, 0, 0, 0] && message[field: 5]?.octets == [127, 0, 0, 1])
            #expect((message[field: 6]?.value ?? 0) > 1024 && message[field: 7]?.value == UInt64(server.port))
            let age = Date().timeIntervalSince1970 - Double(message[field: 8]?.value ?? 0)
            #expect(age > -2 && age < 600)
        }
    }

    @Test func fullFilesAreKept() async throws {
        let taps = QueryTaps()
        let server = try await LiveServer(world.state, workers: 1, taps: taps)
        let client = try server.client(.udp)
        for round in 0..<5 {
            for _ in 0..<10 { _ = try client.exchange(query("ns.example.org")) }
            // Each a new stream: what an earlier run has left counts as full.
            let log = log(taps, longest: 1000, keep: 2)
            log.stop()
            log.run()
            #expect(log.figures.written == 10, "round \(round)")
        }
        await server.stop()
        for name in ["log", "log.1", "log.2"] { #expect(try messages(name).count == 10, "\(name)") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false)).count == 3)
    }

    /// Nobody reads: the worker answers on, and counts.
    @Test func aFullRingDropsAndAnswers() async throws {
        let taps = QueryTaps(logsQueries: true, capacity: QueryRing.leastCapacity)
        let server = try await LiveServer(world.state, workers: 1, taps: taps)
        let client = try server.client(.udp)
        let total = 8_000
        for _ in 0..<total { #expect(try client.exchange(query("ns.example.org")) != nil) }
        await server.stop()
        let log = log(taps, longest: 10_000_000)
        let dropped = log.figures.dropped
        #expect(dropped > 0)
        log.stop()
        log.run()
        #expect(log.figures.written + log.figures.dropped == UInt64(2 * total) && log.figures.dropped == dropped)
    }
}
