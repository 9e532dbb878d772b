// Pools as targets of pools.

import DNSCore
import TestSupport
import Testing

@Suite struct NestedPoolTests {
    private static let sites = """
          site-a: {policy: weighted, targets: {a1: {address: 192.0.2.1, weight: 3}, a2: 192.0.2.2}}
          site-b: {targets: {b1: [192.0.2.3, "2001:db8::3"], b2: 192.0.2.4}}
        """

    private func pools(_ text: String) throws -> [PoolDefinition] { try readPools(Self.sites + "\n" + text) }

    private func expect(_ shares: [String: Int], _ expected: [String: Int]) {
        #expect(shares.keys.sorted() == expected.keys.sorted())
        for (target, count) in expected {
            #expect(abs((shares[target] ?? 0) - count) <= 4, "\(shares), expected \(expected)")
        }
    }

    /// One site at a time: the pool is answered as the site's pool would be.
    @Test func failoverBetweenSites() throws {
        let pools = try pools("  p: {policy: failover, targets: {a: {pool: site-a}, b: {pool: site-b}}}")
        expect(try steeringWorld(pools).shares("p", of: 400), ["192.0.2.1": 300, "192.0.2.2": 100])
        // It is in service while anything of it is.
        let half = try steeringWorld(pools, down: ["site-a/a1"])
        expect(try half.shares("p", of: 40), ["192.0.2.2": 40])
        let away = try steeringWorld(pools, down: ["site-a/a1", "site-a/a2"])
        #expect(
            try (0..<4).map { _ in try away.data("p.example.org", "A") } == [
                ["192.0.2.3", "192.0.2.4"], ["192.0.2.4", "192.0.2.3"], ["192.0.2.3", "192.0.2.4"],
                ["192.0.2.4", "192.0.2.3"],
            ])
        #expect(try away.data("p.example.org", "AAAA") == ["2001:db8::3"])
        let none = try steeringWorld(pools, down: ["site-a/a1", "site-a/a2", "site-b/b1", "site-b/b2"])
        #expect(Set(try none.data("p.example.org", "A")) == ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"])
        #expect(try none.ask("p.example.org", "A").answer.allSatisfy { $0.contains(" 10 IN A ") })
    }

    /// Shares multiply, and a site keeps its share while it is in service.
    @Test func weightsOfSites() throws {
        let pools = try pools(
            "  p: {policy: weighted, targets: {a: {pool: site-a, weight: 2}, b: {pool: site-b}, c: 192.0.2.9}}")
        expect(
            try steeringWorld(pools).shares("p", of: 1_600),
            ["192.0.2.1": 600, "192.0.2.2": 200, "192.0.2.3": 200, "192.0.2.4": 200, "192.0.2.9": 400])
        expect(
            try steeringWorld(pools, down: ["site-a/a1"]).shares("p", of: 800),
            ["192.0.2.2": 400, "192.0.2.3": 100, "192.0.2.4": 100, "192.0.2.9": 200])
        expect(
            try steeringWorld(pools, down: ["site-b/b1", "site-b/b2"]).shares("p", of: 400),
            ["192.0.2.1": 200, "192.0.2.2": 67, "192.0.2.9": 133])
    }

    /// Round-robin over a weighted site keeps to the site's shares; all are answered with.
    @Test func roundRobinOverSites() throws {
        let pools = try pools("  p: {targets: {a: {pool: site-a}, b: {pool: site-b}}}")
        let world = try steeringWorld(pools)
        #expect(try world.data("p.example.org", "A").count == 4)
        expect(
            try world.shares("p", of: 800),
            ["192.0.2.1": 300, "192.0.2.2": 100, "192.0.2.3": 200, "192.0.2.4": 200])
    }

    /// When a target of a site leaves, its clients move and nobody else, also of the other site.
    @Test func stickyOverSites() throws {
        let pools = try pools("  p: {policy: sticky, targets: {a: {pool: site-a}, b: {pool: site-b}}}")
        let networks = (0..<600).map { "10.9.\($0 % 200).0/24".replacing("10.9", with: "10.\($0 / 200)") }
        func homes(_ down: Set<String>) throws -> [String] {
            let world = try steeringWorld(pools, down: down)
            return try networks.map { try world.ask("p", subnet: $0).data[0] }
        }
        let before = try homes([])
        #expect(Set(before).count == 4)
        for (target, address) in [("site-a/a1", "192.0.2.1"), ("site-b/b2", "192.0.2.4")] {
            let moved = zip(before, try homes([target])).filter { $0 != $1 }
            #expect(moved.count > 50 && moved.allSatisfy { $0.0 == address })
        }
        // The site's weights are a part of the whole: 3/8 for a1.
        #expect(abs(before.filter { $0 == "192.0.2.1" }.count - 225) < 48)
    }

    /// RFC 2181 §5: pools that have a target in common still give its address, or its SRV record, once.
    @Test func nothingIsAnsweredTwice() throws {
        let pools = try readPools(
            """
              x: {targets: {a: {address: 192.0.2.1, name: a.other.test}, b: {address: 192.0.2.2, name: b.other.test}}}
              y: {targets: {b: {address: [192.0.2.2, "::2"], name: b.other.test}, c: {address: 192.0.2.3, name: c.other.test}}}
              p: {targets: {x: {pool: x}, y: {pool: y}}}
              w: {policy: weighted, targets: {x: {pool: x}, y: {pool: y}}}
            """)
        let world = try steeringWorld(pools, more: "s POOL p SRV 1\n")
        #expect(try world.data("p.example.org", "A").sorted() == ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        #expect(
            try world.ask("s", "SRV").data.sorted() == [
                "0 1 1 a.other.test.", "0 1 1 b.other.test.", "0 1 1 c.other.test.",
            ])
        // y's b has another address of its own, so its weight stays with that.
        expect(
            try world.shares("w", of: 300), ["192.0.2.1": 100, "192.0.2.2": 100, "192.0.2.3": 100])
    }

    @Test func severalLevels() throws {
        let pools = try pools(
            """
              l2: {policy: failover, targets: {x: {pool: site-a}, y: {pool: site-b}}}
              l3: {policy: failover, targets: {x: {pool: l2}}}
              l4: {policy: failover, targets: {x: {pool: l3}, y: 192.0.2.9}}
            """)
        let order = ["site-a/a1", "site-a/a2", "site-b/b1", "site-b/b2"]
        for (down, expected) in zip(0...4, ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.9"]) {
            let world = try steeringWorld(pools, down: Set(order.prefix(down)))
            #expect(try world.shares("l4", of: 20).keys.contains(expected))
        }
    }

    @Test func hostsOfSites() throws {
        let pools = try readPools(
            """
              x: {targets: {x1: {host: one.other.test}}}
              y: {targets: {y1: {host: two.other.test}}}
              p: {policy: failover, targets: {x: {pool: x}, y: {pool: y}}}
            """)
        #expect(try steeringWorld(pools).data("p.example.org", "A") == ["one.other.test."])
        #expect(try steeringWorld(pools, down: ["x/x1"]).data("p.example.org", "A") == ["two.other.test."])
    }

    /// A TTL is capped by what is not certain inside.
    @Test func timesToLiveFollowTheInside() throws {
        let pools = try pools("  p: {policy: failover, targets: {a: {pool: site-a}, b: {pool: site-b}}}")
        var known = conditions(pools)
        known[0][1] = [MemberCondition(.up, isChanging: true)]
        let changing = try TestWorld(zone: poolZone + "p POOL p\n", pools: pools, conditions: known)
        #expect(try changing.ask("p.example.org", "A").answer[0].contains(" 15 IN A "))
        known[0][0] = [MemberCondition(.unknown)]
        let unknown = try TestWorld(zone: poolZone + "p POOL p\n", pools: pools, conditions: known)
        #expect(try unknown.ask("p.example.org", "A").answer[0].contains(" 10 IN A "))
    }

    /// What the configuration does not allow, and a reload that failed for some zones may leave: nobody is answered with
    /// for what is missing, and nothing goes round in circles.
    @Test func circlesAndMissingPoolsEnd() throws {
        let nested = { (name: String) in
            TargetDefinition(name: name, endpoint: .pool(NestedPool(name: name)))
        }
        let address = TargetDefinition(name: "t", endpoint: .addresses([.v4(0xc000_0201)]))
        let pools = [
            PoolDefinition(name: "p", policy: .roundRobin, targets: [nested("q"), nested("gone"), address]),
            PoolDefinition(name: "q", policy: .weighted, targets: [nested("p")]),
        ]
        let world = try steeringWorld(pools)
        #expect(try world.data("p.example.org", "A") == ["192.0.2.1"])
        #expect(try world.ask("q.example.org", "A").code == 0)
    }

    /// What is shown of a target that is a pool: down if nothing of it is in service, whatever it would answer.
    @Test func conditionsOfNestedPools() throws {
        let pools = try pools("  p: {targets: {a: {pool: site-a}, b: {pool: site-b}}}")
        func states(_ down: Set<String>) -> [HealthState] {
            HealthSnapshot.conditions(of: pools, conditions(pools, down: down))[2].map { $0[0].state }
        }
        #expect(states([]) == [.up, .up])
        #expect(states(["site-a/a1"]) == [.up, .up])
        #expect(states(["site-a/a1", "site-a/a2"]) == [.down, .up])
    }
}
