// `sticky`: every client network has its target, and only the clients of a target that leaves move.

import DNSCore
import TestSupport
import Testing

@Suite struct StickyTests {
    private static let five = (1...5).map { "t\($0): 192.0.2.\($0)" }
    /// Networks of clients.
    private static let networks = (0..<1_000).map { "10.\($0 / 250).\($0 % 250).0/24" }

    private func pools(_ targets: [String], answers: Int = 1) throws -> [PoolDefinition] {
        try readPools("  p: {policy: sticky, answers: \(answers), targets: {\(targets.joined(separator: ", "))}}")
    }

    /// The target of each network.
    private func homes(_ world: TestWorld, _ networks: [String] = networks) throws -> [String] {
        try networks.map { try #require(world.ask("p", subnet: $0).data.first) }
    }

    @Test func aNetworkKeepsItsTarget() throws {
        let first = try homes(steeringWorld(pools(Self.five)))
        #expect(Set(first).count == 5)
        // Whatever worker, whatever order the file has.
        #expect(try homes(steeringWorld(pools(Self.five.reversed()), seed: 99)) == first)
    }

    @Test(arguments: 1...5) func onlyTheClientsOfWhoLeavesMove(_ leaver: Int) throws {
        let before = try homes(steeringWorld(pools(Self.five)))
        let after = try homes(steeringWorld(pools(Self.five), down: ["p/t\(leaver)"]))
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.count == before.filter { $0 == "192.0.2.\(leaver)" }.count)
        #expect(moved.allSatisfy { $0.0 == "192.0.2.\(leaver)" })
        // They spread over all others.
        #expect(Set(moved.map(\.1)).count == 4)
    }

    @Test func whoJoinsTakesFromAllAndMovesNobodyElse() throws {
        let before = try homes(steeringWorld(pools(Self.five)))
        let after = try homes(steeringWorld(pools(Self.five + ["t6: 192.0.2.6"])))
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.1 == "192.0.2.6" } && Set(moved.map(\.0)).count == 5)
        #expect(120...215 ~= moved.count, "\(moved.count)")
    }

    /// 1,000 networks at 5:3:2:0; the bounds are four standard deviations.
    @Test func clientsAreSharedByWeight() throws {
        let targets = [5, 3, 2, 0].enumerated().map { "t\($0): {address: 192.0.2.\($0 + 1), weight: \($1)}" }
        let homes = try homes(steeringWorld(pools(targets)))
        let counts = (1...4).map { target in homes.filter { $0 == "192.0.2.\(target)" }.count }
        for (count, (expected, deviation)) in zip(counts, [(500, 16), (300, 15), (200, 13)]) {
            #expect(abs(count - expected) < 4 * deviation, "\(counts)")
        }
        #expect(counts[3] == 0)
    }

    /// More weight for one target moves clients to it, and nobody anywhere else.
    @Test func weightMovesClientsToWhoGetsIt() throws {
        let weighted = { (weight: Int) in
            ["t0: {address: 192.0.2.1, weight: \(weight)}", "t1: 192.0.2.2", "t2: 192.0.2.3"]
        }
        let before = try homes(steeringWorld(pools(weighted(1))))
        let after = try homes(steeringWorld(pools(weighted(3))))
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.count > 150 && moved.allSatisfy { $0.1 == "192.0.2.1" })
    }

    /// The second answer is where the client goes when its first one leaves.
    @Test func furtherAnswersAreTheNextBest() throws {
        let two = try steeringWorld(pools(Self.five, answers: 2))
        for network in Self.networks.prefix(100) {
            let data = try two.ask("p", subnet: network).data
            let first = try #require(data.first?.last.flatMap(\.wholeNumberValue))
            let without = try steeringWorld(pools(Self.five), down: ["p/t\(first)"])
            #expect(data.count == 2 && data[0] != data[1])
            #expect(try without.ask("p", subnet: network).data == [data[1]])
        }
    }

    @Test func bothFamiliesLeadToOneTarget() throws {
        let targets = (1...5).map { "t\($0): [192.0.2.\($0), \"2001:db8::\($0)\"]" }
        let world = try steeringWorld(pools(targets))
        for network in Self.networks.prefix(200) {
            let four = try #require(world.ask("p", "A", subnet: network).data.first)
            let six = try #require(world.ask("p", "AAAA", subnet: network).data.first)
            #expect(four.last == six.last)
        }
    }

    /// RFC 7871 §7.2.1: the scope is what the answer depends on, even if less was given.
    @Test func answersAreForANetwork() throws {
        let world = try steeringWorld(pools(Self.five))
        for (subnet, scope) in [
            ("10.1.2.0/24", 24), ("10.1.2.3/32", 24), ("10.1.0.0/16", 24), ("2001:db8:1:200::/56", 56),
            ("2001:db8:1:2ff::1/128", 56), ("2001:db8::/32", 56),
        ] {
            #expect(try world.ask("p", subnet: subnet).scope == scope)
        }
        #expect(try world.ask("p", subnet: "10.1.2.3/32").data == world.ask("p", subnet: "10.1.2.0/24").data)
        #expect(
            try world.ask("p", subnet: "2001:db8:1:2ff::1/128").data
                == world.ask("p", subnet: "2001:db8:1:200::/56").data)
    }

    /// Without a subnet, and where the client wants none used (source prefix 0), the resolver's network counts: no scope.
    @Test func resolversAreClientsToo() throws {
        let world = try steeringWorld(pools(Self.five))
        for network in Self.networks.prefix(50) {
            let address = network.replacing(".0/24", with: ".77")
            let expected = try world.ask("p", subnet: network).data
            #expect(try world.ask("p", from: address) == SteeredAnswer(data: expected, scope: nil))
            #expect(try world.ask("p", subnet: "0.0.0.0/0", from: address) == SteeredAnswer(data: expected, scope: 0))
        }
        let six = try world.ask("p", subnet: "2001:db8:5:600::/56").data
        #expect(try world.ask("p", from: "2001:db8:5:6aa::53").data == six)
    }

    @Test func whatDoesNotDependOnTheClientHasScopeZero() throws {
        let world = try steeringWorld(pools(Self.five), more: "www A 192.0.2.9\nto-p CNAME p\n")
        for (name, type, scope) in [
            ("www", "A", 0), ("p", "TXT", 0), ("p", "AAAA", 0), ("no", "A", 0), ("to-p", "A", 24),
        ] {
            #expect(try world.ask(name, type, subnet: "10.1.2.0/24").scope == scope, "\(name) \(type)")
        }
    }

    @Test func hostsAreStickyToo() throws {
        let hosts = (1...4).map { "t\($0): {host: h\($0).other.test}" }
        let before = try homes(steeringWorld(pools(hosts)))
        let after = try homes(steeringWorld(pools(hosts), down: ["p/t2"]))
        #expect(Set(before).count == 4)
        #expect(zip(before, after).allSatisfy { $0 == $1 || $0 == "h2.other.test." })
    }
}
