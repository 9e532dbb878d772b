// Response rate limiting: who is counted with whom, how much is let through, and how it recovers.

import DNSCore
import TestSupport
import Testing

@Suite struct RateLimitTests {
    private static let zone = """
        @ 60 SOA ns h 1 2 3 4 5
        @ 60 NS ns
        ns 60 A 192.0.2.1
        other 60 A 192.0.2.2
        *.wild 60 A 192.0.2.3
        sub 60 NS ns.sub
        ns.sub 60 A 192.0.2.4
        old 60 DNAME elsewhere.test.
        """

    private func world(_ limit: RateLimit) throws -> TestWorld {
        let world = try TestWorld(zone: Self.zone, settings: AnswerSettings(rateLimit: limit))
        world.now = 1_700_000_000
        return world
    }

    /// Asks `count` times.
    /// - Returns: how many answers came, and how many of them with TC.
    private func ask(
        _ world: TestWorld, _ count: Int, _ client: String = "192.0.2.100", over transport: Transport = .udp,
        _ name: (Int) -> String = { _ in "ns.example.org" }
    ) throws -> (answers: Int, truncated: Int) {
        var sums = (0, 0)
        for index in 0..<count {
            let packet = try QueryPacket(name(index), "A", edns: .init(size: 1232)).octets
            let answer = world.answer(packet, over: transport, from: try #require(IPAddress(client)))
            guard !answer.isEmpty else {
                #expect(world.outcome == .limited)
                continue
            }
            sums.0 += 1
            guard answer[2] & 2 != 0 else { continue }
            sums.1 += 1
            // Question and OPT, nothing else: no longer than the query.
            #expect(world.outcome == .slipped && answer.count == packet.count && answer[3] & 15 == 0)
            #expect(try MessageWalker(answer).sections.map(\.count) == [0, 0, 1])
        }
        return sums
    }

    @Test(arguments: [(0, 0), (1, 90), (2, 45), (10, 9)]) func slips(_ slip: Int, _ truncated: Int) throws {
        let sums = try ask(world(RateLimit(responsesPerSecond: 10, slip: slip)), 100)
        #expect(sums == (10 + truncated, truncated))
    }

    /// Each kind of answer has its own account; names that do not exist, a wildcard's, a delegation's and a DNAME's share one.
    @Test func kinds() throws {
        let world = try world(RateLimit(responsesPerSecond: 5, slip: 0))
        #expect(try ask(world, 20).answers == 5)
        #expect(try ask(world, 20) { _ in "other.example.org" }.answers == 5)
        #expect(try ask(world, 20) { "no\($0).example.org" }.answers == 5)
        #expect(try ask(world, 20) { "a\($0).wild.example.org" }.answers == 5)
        #expect(try ask(world, 20) { "a\($0).sub.example.org" }.answers == 5)
        #expect(try ask(world, 20) { "a\($0).old.example.org" }.answers == 5)
        #expect(try ask(world, 20) { "elsewhere\($0).test" }.answers == 5)
        #expect(try ask(world, 20) { _ in "NS.EXAMPLE.ORG" }.answers == 0)
    }

    /// By default /24 and /56; others are not touched.
    @Test func networks() throws {
        let world = try world(RateLimit(responsesPerSecond: 5, slip: 0))
        #expect(try ask(world, 9, "192.0.2.100").answers == 5)
        #expect(try ask(world, 9, "192.0.2.7").answers == 0)
        #expect(try ask(world, 9, "192.0.3.7").answers == 5)
        #expect(try ask(world, 9, "2001:db8::1").answers == 5)
        #expect(try ask(world, 9, "2001:db8:0:ff::1").answers == 0)
        #expect(try ask(world, 9, "2001:db8:0:100::1").answers == 5)
    }

    @Test func prefixLengths() throws {
        let world = try world(RateLimit(responsesPerSecond: 5, slip: 0, prefixLength4: 32, prefixLength6: 128))
        for client in ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"] {
            #expect(try ask(world, 9, client).answers == 5)
        }
    }

    @Test func exemptions() throws {
        let prefixes = ["192.0.2.64/26", "2001:db8::/32"].compactMap { AddressPrefix($0) }
        let world = try world(RateLimit(responsesPerSecond: 5, slip: 0, exempt: prefixes))
        #expect(try ask(world, 50, "192.0.2.100").answers == 50)
        #expect(try ask(world, 50, "2001:db8::1").answers == 50)
        #expect(try ask(world, 50, "192.0.2.1").answers == 5)
    }

    /// A forged address cannot ask over TCP.
    @Test(arguments: [Transport.tcp, .tls]) func tcpIsNotLimited(_ transport: Transport) throws {
        let sums = try ask(world(RateLimit(responsesPerSecond: 1)), 50, over: transport)
        #expect(sums == (50, 0))
    }

    /// The account fills by the rate each second; who asked too much waits, but no longer than the window.
    @Test func recovers() throws {
        let world = try world(RateLimit(responsesPerSecond: 10, window: 3, slip: 0))
        #expect(try ask(world, 12).answers == 10)
        world.now += 1
        #expect(try ask(world, 20).answers == 8)
        #expect(try ask(world, 10_000).answers == 0)
        world.now += 3
        #expect(try ask(world, 20).answers == 0)
        world.now += 4
        #expect(try ask(world, 20).answers == 10)
        world.now += 5_000_000
        #expect(try ask(world, 20).answers == 10)
    }

    /// A clock that goes back takes nothing away and gives nothing.
    @Test func clockGoesBack() throws {
        let world = try world(RateLimit(responsesPerSecond: 10, slip: 0))
        #expect(try ask(world, 10).answers == 10)
        world.now -= 5
        #expect(try ask(world, 10).answers == 0)
    }

    /// Many networks at once do not free each other of the limit as long as there is memory for them.
    @Test func manyNetworks() throws {
        let world = try world(RateLimit(responsesPerSecond: 1, slip: 0))
        var second = 0
        for round in 0..<2 {
            for network in 0..<5_000 {
                let client = "10.\(network / 250).\(network % 250).1"
                let answers = try ask(world, 1, client).answers
                if round == 0 { #expect(answers == 1) } else { second += answers }
            }
        }
        #expect(second < 50)
    }
}
