// TCP connections as clients make them, well-behaved and not (RFC 7766).

import DNSCore
import Listeners
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite struct TCPListenerTests {
    private let world: TestWorld

    init() throws {
        world = try TestWorld(
            zone: """
                @ 60 SOA ns h 1 2 3 4 5
                @ 60 NS ns
                ns 60 A 192.0.2.1
                $TTL 60
                $GENERATE 1-250 big A 10.0.0.$
                $GENERATE 1-250 big A 10.0.1.$
                """)
    }

    private func query(_ id: Int, _ name: String = "ns.example.org") throws -> [UInt8] {
        var packet = try QueryPacket(name, "A")
        packet.id = UInt16(id)
        return packet.octets
    }

    private func framed(_ message: [UInt8]) -> [UInt8] { pair(UInt16(message.count)) + message }

    private func expected(_ id: Int, _ name: String = "ns.example.org") throws -> [UInt8] {
        try world.answer(query(id, name), over: .tcp)
    }

    /// Queries sent at once are answered in order.
    @Test func aPipelinedBurst() async throws {
        let server = try await LiveServer(world.state)
        let client = try server.client(.tcp)
        client.send(try (0..<2000).flatMap { framed(try query($0)) })
        for id in 0..<2000 { #expect(try client.receiveFramed() == expected(id)) }
        await server.stop()
    }

    /// A client that reads nothing until it has sent all: the server must not keep all answers, nor lose one.
    @Test func aBurstOfLongAnswers() async throws {
        let server = try await LiveServer(world.state)
        let client = try server.client(.tcp)
        client.send(try (0..<300).flatMap { framed(try query($0, "big.example.org")) })
        for id in 0..<300 { #expect(try client.receiveFramed() == expected(id, "big.example.org")) }
        await server.stop()
    }

    @Test func oneOctetAtATime() async throws {
        let server = try await LiveServer(world.state)
        let client = try server.client(.tcp)
        for id in 0..<3 {
            for octet in framed(try query(id)) { client.send([octet]) }
            #expect(try client.receiveFramed() == expected(id))
        }
        await server.stop()
    }

    @Test func aHalfClosedPeerGetsItsAnswers() async throws {
        let server = try await LiveServer(world.state)
        let client = try server.client(.tcp)
        client.send(try (0..<50).flatMap { framed(try query($0, "big.example.org")) })
        client.finishSending()
        for id in 0..<50 { #expect(try client.receiveFramed() == expected(id, "big.example.org")) }
        #expect(client.isClosedByServer())
        await server.stop()
    }

    @Test func aHalfClosedPeerThatAskedNothing() async throws {
        let server = try await LiveServer(world.state)
        for sent in [[], [0], [0, 40, 1, 2]] as [[UInt8]] {
            let client = try server.client(.tcp)
            if !sent.isEmpty { client.send(sent) }
            client.finishSending()
            #expect(client.isClosedByServer())
        }
        await server.stop()
    }

    /// What is no query ends the connection; what was asked before is answered.
    @Test func garbageEndsTheConnection() async throws {
        let server = try await LiveServer(world.state)
        let garbage: [[UInt8]] = [
            [0, 0], [0, 1, 0], [0, 11] + [UInt8](repeating: 0, count: 11),
            [0, 12, 0, 0, 0x80] + [UInt8](repeating: 0, count: 9),
        ]
        for octets in garbage {
            let client = try server.client(.tcp)
            client.send(framed(try query(1)) + octets)
            #expect(try client.receiveFramed() == expected(1))
            #expect(client.isClosedByServer(), "\(octets)")
        }
        // Malformed, yet to be answered: the connection stays.
        let client = try server.client(.tcp)
        #expect(client.exchange([UInt8](repeating: 0, count: 12))?[3] == 1)
        #expect(client.exchange([0, 7, 0x28] + [UInt8](repeating: 0, count: 40_000))?[3] == 4)
        #expect(try client.exchange(query(2)) == expected(2))
        await server.stop()
    }

    @Test func anIdleConnectionIsClosed() async throws {
        let server = try await LiveServer(
            world.state, limits: .init(idleTimeout: .seconds(1)))
        let silent = try server.client(.tcp)
        #expect(silent.isClosedByServer())
        let client = try server.client(.tcp)
        #expect(try client.exchange(query(1)) == expected(1))
        // Part of a query is none.
        client.send([0, 30, 1])
        #expect(client.isClosedByServer())
        await server.stop()
    }

    @Test func aPortInUse() async throws {
        let server = try await LiveServer(world.state, address: "127.0.0.80")
        await #expect {
            _ = try await TCPListener(
                address: server.address, port: server.port, connections: server.connections, state: world.state,
                group: MultiThreadedEventLoopGroup.singleton)
        } throws: {
            "\($0)"
                == "cannot listen on 127.0.0.80:\(server.port) (TCP): another program listens there; stop it, or name "
                + "another port with --listen"
        }
        await server.stop()
    }

    @Test func queriesAreCounted() async throws {
        let server = try await LiveServer(world.state)
        let client = try server.client(.tcp)
        for id in 0..<5 { _ = client.exchange(try query(id)) }
        _ = client.exchange(try query(6, "none.example.org"))
        client.send([0, 0])
        #expect(client.isClosedByServer())
        var totals = QueryTotals()
        for counters in server.tcp.counters { counters.add(to: &totals) }
        #expect(totals.responses[0] == 5 && totals.responses[3] == 1 && totals.dropped == 1)
        await server.stop()
    }
}
