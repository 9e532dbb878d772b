// UDP workers behind real sockets.

import DNSCore
import Listeners
import TestSupport
import Testing

@Suite struct UDPListenerTests {
    private let world: TestWorld

    init() throws { world = try TestWorld(zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n") }

    private func query(_ id: Int, _ name: String = "ns.example.org", _ type: String = "A") throws -> [UInt8] {
        var packet = try QueryPacket(name, type)
        packet.id = UInt16(id)
        return packet.octets
    }

    @Test(arguments: [1, 3]) func manyPacketsFromManySockets(_ workers: Int) async throws {
        let server = try await LiveServer(world.state, workers: workers)
        for round in 0..<8 {
            let client = try server.client(.udp)
            // More than one batch, less than a socket's buffer.
            for number in 0..<100 { client.send(try query(round * 256 + number)) }
            var ids = Set<Int>()
            for _ in 0..<100 {
                let answer = try #require(client.receive())
                let id = Int(answer[0]) << 8 | Int(answer[1])
                let expected = try world.answer(query(id))
                #expect(answer == expected)
                ids.insert(id)
            }
            #expect(ids == Set(round * 256..<round * 256 + 100))
        }
        await server.stop()
        var totals = QueryTotals()
        for counters in server.udp.counters { counters.add(to: &totals) }
        #expect(totals.responses[0] == 800 && totals.dropped == 0 && totals.truncated == 0)
    }

    /// Nothing comes back for what must not be answered, and the server goes on.
    @Test func silence() async throws {
        let server = try await LiveServer(world.state, workers: 1)
        let client = try server.client(.udp)
        client.send([])
        client.send([1, 2, 3])
        client.send([0, 1, 0x80, 0] + [UInt8](repeating: 0, count: 8))
        client.send([])
        client.send([UInt8](repeating: 0xff, count: 3000))
        #expect(try client.exchange(query(9)) == world.answer(query(9)))
        client.send([])
        #expect(try client.exchange(query(10, "none.example.org")) == world.answer(query(10, "none.example.org")))
        #expect(try client.exchange(query(11, "other.test")) == world.answer(query(11, "other.test")))
        await server.stop()
        var totals = QueryTotals()
        for counters in server.udp.counters { counters.add(to: &totals) }
        #expect(totals.responses[0] == 1 && totals.responses[3] == 1 && totals.responses[5] == 1)
    }

    /// Workers count by zone, response code and cookie what they have answered.
    @Test func counting() async throws {
        let zones = try ["a.test", "b.test"].map {
            try makeZone("@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns.c.test.\n", origin: $0)
        }
        var counted = CountedZones()
        counted.add([zones[1]])
        let secret = try #require(CookieSecret([UInt8](repeating: 9, count: 16)))
        let world = TestWorld(zones, settings: AnswerSettings(cookieSecrets: [secret]), counted: counted)
        let server = try await LiveServer(world.state, workers: 3)
        for round in 0..<4 {
            let client = try server.client(.udp)
            for name in ["a.test", "b.test", "none.b.test", "c.test"] {
                _ = try #require(client.exchange(try query(round, name, "SOA")))
            }
            var packet = try QueryPacket("b.test", "NS", edns: .init(size: 1232))
            packet.edns?.options = [.init(10, [UInt8](repeating: UInt8(round), count: round == 0 ? 8 : 24))]
            _ = try #require(client.exchange(packet.octets))
        }
        await server.stop()
        var zoneTotals = ZoneTotals()
        var totals = QueryTotals()
        for counters in server.udp.counters {
            counters.add(to: &zoneTotals)
            counters.add(to: &totals)
        }
        #expect(Array(zoneTotals[CountedZones.none]) == [0, 0, 0, 0, 0, 4, 0, 0])
        #expect(Array(zoneTotals[CountedZones.others]) == [4, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(zoneTotals[counted.number(of: zones[1].apex)]) == [8, 0, 0, 4, 0, 0, 0, 0])
        // No cookie, a new client's, three that are not ours.
        #expect(totals.cookies == [16, 1, 3, 0])
    }

    /// A query that is longer than the buffer is cut, and so malformed.
    @Test func longQueries() async throws {
        let server = try await LiveServer(world.state, workers: 1)
        let client = try server.client(.udp)
        var long = try query(1)
        long[11] = 1
        // An unknown record with 2600 octets of data.
        long += [0, 255, 0, 0, 1, 0, 0, 0, 0] + pair(2600) + [UInt8](repeating: 7, count: 2600)
        #expect(world.answer(long)[3] == 0)
        let answer = try #require(client.exchange(long))
        let plain = try query(1)
        #expect(answer[3] == 1 && answer.count == plain.count)
        await server.stop()
    }

    /// Bound to all addresses, the answer leaves from the one that was asked: a connected socket takes no other.
    @Test func wildcardAnswersFromTheAddressAsked() async throws {
        for (bound, asked) in [("0.0.0.0", ["127.0.0.77", "127.0.0.1", "127.1.2.3"]), ("::", ["::1"])] {
            guard let server = try? await LiveServer(world.state, address: bound) else {
                // A machine without IPv6.
                #expect(bound == "::")
                continue
            }
            for address in asked {
                let client = try server.client(.udp, to: address)
                #expect(try client.exchange(query(5)) == world.answer(query(5)), "\(address)")
                let stream = try server.client(.tcp, to: address)
                #expect(try stream.exchange(query(6)) == world.answer(query(6), over: .tcp), "\(address)")
            }
            await server.stop()
        }
    }

    @Test func aPortInUse() async throws {
        let server = try await LiveServer(world.state, address: "127.0.0.78")
        #expect {
            try UDPListener(address: server.address, port: server.port, workers: 2, state: world.state)
        } throws: {
            "\($0)"
                == "cannot listen on 127.0.0.78:\(server.port) (UDP): another program listens there; stop it, or name "
                + "another port with --listen"
        }
        await server.stop()
        // Free again.
        let again = try UDPListener(address: server.address, port: server.port, workers: 2, state: world.state)
        try again.start()
        let client = try ClientSocket(.udp, to: server.address, port: server.port)
        #expect(try client.exchange(query(3)) == world.answer(query(3)))
        again.stop()
    }

    @Test func errorsInWords() throws {
        let v6 = try #require(IPAddress("2001:db8::1"))
        #expect(
            SocketError(address: v6, port: 53, transport: "TCP", code: 13).description
                == "cannot listen on [2001:db8::1]:53 (TCP): ports below 1024 need root or CAP_NET_BIND_SERVICE; "
                + "name another port with --listen")
        let foreign = try #require(IPAddress("192.0.2.200"))
        #expect {
            try UDPListener(address: foreign, port: 5300, workers: 1, state: world.state)
        } throws: {
            "\($0)"
                == "cannot listen on 192.0.2.200:5300 (UDP): this machine does not have that address; name one of its own "
                + "with --listen"
        }
    }

    /// `stop()` waits for its threads: that it returns, 20 times, is the test.
    @Test func stopEndsTheThreads() throws {
        let address = try #require(IPAddress("127.0.0.79"))
        for round in 0..<20 {
            guard
                let listener = try? UDPListener(
                    address: address, port: UInt16(21_000 + round), workers: 4, state: world.state)
            else { continue }
            try listener.start()
            if round & 1 == 0 {
                let client = try ClientSocket(.udp, to: address, port: UInt16(21_000 + round))
                #expect(try client.exchange(query(1)) != nil)
            }
            listener.stop()
        }
        // Never started, yet stopped.
        let idle = try UDPListener(address: address, port: 21_100, workers: 2, state: world.state)
        idle.stop()
    }

    /// By the second time, the first one's descriptors are somebody else's.
    @Test func stoppingTwice() throws {
        let address = try #require(IPAddress("127.0.0.82"))
        let first = try UDPListener(address: address, port: 21_200, workers: 4, state: world.state)
        try first.start()
        first.stop()
        let second = try UDPListener(address: address, port: 21_201, workers: 4, state: world.state)
        try second.start()
        first.stop()
        for number in 0..<20 {
            let client = try ClientSocket(.udp, to: address, port: 21_201)
            #expect(try client.exchange(query(number)) == world.answer(query(number)))
        }
        second.stop()
    }

    /// A new state is in the next answer.
    @Test func publishedStatesAreServed() async throws {
        let server = try await LiveServer(world.state)
        let datagrams = try server.client(.udp)
        let stream = try server.client(.tcp)
        #expect(try datagrams.exchange(query(1, "new.example.org"))?[3] == 3)
        #expect(try stream.exchange(query(1, "new.example.org"))?[3] == 3)
        let next = try TestWorld(zone: "@ 60 SOA ns h 2 2 3 4 5\n@ 60 NS ns\nnew 60 A 192.0.2.1\n")
        world.state.publish(next.state.current)
        #expect(try datagrams.exchange(query(2, "new.example.org")) == next.answer(query(2, "new.example.org")))
        #expect(try stream.exchange(query(2, "new.example.org")) == next.answer(query(2, "new.example.org")))
        await server.stop()
    }
}
