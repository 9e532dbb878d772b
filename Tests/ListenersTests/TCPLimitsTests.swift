// Connections that must go: the idlest when there are too many, the idle, those that stall, and all at the end.

import DNSCore
import Glibc
import Listeners
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite struct TCPLimitsTests {
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

    /// A client whose connection is open on the server's side too, as it has asked something.
    private func asker(_ server: LiveServer, from source: String = "127.0.0.1") throws -> ClientSocket {
        let client = try server.client(.tcp, from: source)
        try #require(try isServed(client))
        return client
    }

    private func isServed(_ client: ClientSocket) throws -> Bool {
        try client.exchange(query(1)) == world.answer(query(1), over: .tcp)
    }

    /// Sends queries for far more than a client's and a server's socket hold.
    private func flood(_ client: ClientSocket) throws {
        let query = try query(2, "big.example.org")
        client.send(Array((0..<300).map { _ in pair(UInt16(query.count)) + query }.joined()))
    }

    /// Waits for what other threads do.
    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<2000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(condition())
    }

    @Test func theIdlestOfAllMakesRoom() async throws {
        let server = try await LiveServer(world.state, limits: .init(idleTimeout: .seconds(60), connections: 3))
        let clients = try ["127.0.0.1", "127.0.0.2", "127.0.0.3"].map { try asker(server, from: $0) }
        #expect(try isServed(clients[0]))
        #expect(try isServed(clients[2]))
        let next = try asker(server, from: "127.0.0.4")
        #expect(clients[1].isClosedByServer())
        let last = try asker(server, from: "127.0.0.2")
        #expect(clients[0].isClosedByServer())
        for client in [clients[2], next, last] { #expect(try isServed(client)) }
        let figures = server.connections.figures
        #expect(figures.closedAtLimit == 2 && figures.closedAtClientLimit == 0 && figures.accepted == 5)
        try await until { server.connections.figures.open == 3 }
        await server.stop()
    }

    @Test func theIdlestOfAClientMakesRoomForAnotherOfIt() async throws {
        let server = try await LiveServer(
            world.state, limits: .init(idleTimeout: .seconds(60), connections: 10, connectionsPerClient: 2))
        let other = try asker(server, from: "127.0.0.9")
        let clients = try [asker(server), asker(server)]
        #expect(try isServed(clients[0]))
        let next = try asker(server)
        #expect(clients[1].isClosedByServer())
        for client in [clients[0], next, other] { #expect(try isServed(client)) }
        let figures = server.connections.figures
        #expect(figures.closedAtLimit == 0 && figures.closedAtClientLimit == 1)
        await server.stop()
    }

    /// A limit of one: the newest is served, whatever came before.
    @Test func manyClientsInTurn() async throws {
        let server = try await LiveServer(world.state, limits: .init(idleTimeout: .seconds(60), connections: 1))
        let clients = try (0..<200).map { _ in try asker(server) }
        #expect(try clients.last.map(isServed) == true)
        for client in clients.dropLast() { #expect(client.isClosedByServer()) }
        #expect(server.connections.figures.closedAtLimit == 199)
        await server.stop()
    }

    /// Who sends an octet now and then has no more time than who sends none.
    @Test func aMessageThatNeverEnds() async throws {
        let server = try await LiveServer(world.state, limits: .init(idleTimeout: .seconds(1)))
        let client = try asker(server)
        client.send([0xff, 0xff])
        var isOpen = true
        for _ in 0..<500 where isOpen {
            try await Task.sleep(for: .milliseconds(20))
            isOpen = client.send([0])
        }
        #expect(!isOpen)
        #expect(server.connections.figures.closedIdle == 1)
        await server.stop()
    }

    /// Who takes no answer is closed, without ever having read.
    @Test func aReaderThatStalls() async throws {
        let server = try await LiveServer(world.state, limits: .init(idleTimeout: .milliseconds(200)))
        let client = try server.client(.tcp)
        try flood(client)
        try await until { server.connections.figures.closedIdle == 1 }
        try await until { server.connections.figures.open == 0 }
        #expect(client.isClosedByServer())
        await server.stop()
    }

    /// Who takes them slowly, but does, gets them all, though that takes longer than the idle timeout.
    @Test func aSlowReader() async throws {
        let server = try await LiveServer(world.state, limits: .init(idleTimeout: .seconds(3)))
        let client = try server.client(.tcp)
        try flood(client)
        let expected = try 300 * (2 + world.answer(query(2, "big.example.org"), over: .tcp).count)
        var count = 0
        while count < expected, let octets = client.receive(65_536), !octets.isEmpty {
            count += octets.count
            // Not a `Task.sleep`: that would come back when other tests let it, after the idle timeout.
            usleep(100_000)
        }
        #expect(count == expected)
        await server.stop()
    }

    @Test func stoppingClosesConnections() async throws {
        let server = try await LiveServer(world.state, limits: .init(idleTimeout: .seconds(60)))
        let idle = try asker(server)
        let other = try await TCPListener(
            address: #require(IPAddress("127.0.0.81")), port: server.port, connections: server.connections,
            state: world.state, group: MultiThreadedEventLoopGroup.singleton)
        try await other.start()
        let elsewhere = try server.client(.tcp, to: "127.0.0.81")
        #expect(try isServed(elsewhere))
        let stalled = try asker(server)
        try flood(stalled)
        await server.stop()
        #expect(idle.isClosedByServer())
        #expect(stalled.isClosedByServer())
        // Those of another listener stay.
        #expect(server.connections.figures.open == 1)
        #expect(try isServed(elsewhere))
        await other.stop()
        #expect(elsewhere.isClosedByServer())
        await other.stop()
    }
}
