// `prefer`: clients of a network are answered with their own site first.

import DNSCore
import TestSupport
import Testing

@Suite struct PreferenceTests {
    private static let text = """
          p:
            targets: {a: 192.0.2.1, b: 192.0.2.2, c: 192.0.2.3}
            prefer:
              10.0.0.0/8: [b, c]
              10.1.0.0/16: [a]
              2001:db8:1::/48: [c]
        """
    private static let all: Set<String> = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]

    private func world(down: Set<String> = []) throws -> TestWorld {
        try steeringWorld(readPools(Self.text), down: down)
    }

    @Test func theLongestPrefixDecides() throws {
        let world = try world()
        for (client, expected) in [
            ("10.1.2.3", ["192.0.2.1"]), ("10.2.2.3", ["192.0.2.2", "192.0.2.3"]), ("2001:db8:1::9", ["192.0.2.3"]),
        ] {
            #expect(Set(try world.ask("p", from: client).data) == Set(expected), "\(client)")
        }
        for client in ["9.255.255.255", "11.0.0.0", "2001:db8:2::", "::", "255.255.255.255"] {
            #expect(Set(try world.ask("p", from: client).data) == Self.all, "\(client)")
        }
    }

    /// Only if none of the preferred targets is in service do others answer: all of them.
    @Test func fallsBackToAllOthers() throws {
        let without = try world(down: ["p/a"])
        #expect(Set(try without.ask("p", from: "10.1.0.1").data) == ["192.0.2.2", "192.0.2.3"])
        #expect(try world(down: ["p/b"]).ask("p", from: "10.2.0.1").data == ["192.0.2.3"])
        #expect(try world(down: ["p/b", "p/c"]).ask("p", from: "10.2.0.1").data == ["192.0.2.1"])
        #expect(Set(try world(down: ["p/a", "p/b", "p/c"]).ask("p", from: "10.2.0.1").data) == Self.all)
    }

    /// RFC 7871 §7.2.1: of prefixes within others the scope is so long that no other answer lies within it.
    @Test func theScopeHoldsOneAnswer() throws {
        let world = try world()
        for (subnet, scope, count) in [
            ("10.1.2.0/24", 16, 1), ("10.1.0.0/16", 16, 1), ("10.0.2.0/24", 16, 2), ("10.2.0.0/24", 15, 2),
            ("10.128.0.0/24", 9, 2), ("11.0.0.0/24", 8, 3), ("128.0.0.0/24", 1, 3), ("2001:db8:1:2::/56", 48, 1),
            ("2001:db8:0::/56", 48, 3), ("4000::/56", 2, 3),
        ] {
            let answer = try world.ask("p", subnet: subnet)
            #expect(answer.scope == scope && answer.data.count == count, "\(subnet): \(answer)")
        }
    }

    /// Of the addresses in a network that is too wide some prefer and others do not: it gets no preference, and is told
    /// how many bits would decide.
    @Test func aNetworkThatIsTooWideHasNoPreference() throws {
        let world = try world()
        let answer = try world.ask("p", subnet: "10.0.0.0/9")
        #expect(Set(answer.data) == Self.all && answer.scope == 16)
        #expect(
            try world.ask("p", subnet: "0.0.0.0/0", from: "10.1.0.1") == SteeredAnswer(data: ["192.0.2.1"], scope: 0))
    }

    /// All subnets of one scope get what one of them got.
    @Test func everyAddressOfAScopeHasTheSameAnswer() throws {
        let world = try world()
        var random = RandomSource(seed: 11)
        for _ in 0..<300 {
            let client = UInt32(
                truncatingIfNeeded: random.next() % 3 == 0 ? random.next() : 0x0a00_0000 | random.next() % (1 << 18))
            let answer = try world.ask("p", subnet: "\(IPAddress.v4(client))/32")
            let scope = try #require(answer.scope)
            let mask: UInt32 = scope == 0 ? 0 : ~0 << UInt32(32 - scope)
            for other in [
                client & mask, client | ~mask, (client & mask) | (UInt32(truncatingIfNeeded: random.next()) & ~mask),
            ] {
                #expect(Set(try world.ask("p", subnet: "\(IPAddress.v4(other))/32").data) == Set(answer.data))
            }
        }
    }

    /// The policy chooses among those that are preferred; a preferred target of a later tier comes first all the same.
    @Test func policiesHoldAmongThePreferred() throws {
        let pools = try readPools(
            """
              f: {policy: failover, targets: {a: 192.0.2.1, b: 192.0.2.2, c: 192.0.2.3}, prefer: {10.0.0.0/8: [c, b]}}
              w:
                policy: weighted
                targets: {a: {address: 192.0.2.1, weight: 9}, b: {address: 192.0.2.2, weight: 3}, c: 192.0.2.3}
                prefer: {10.0.0.0/8: [b, c]}
              s: {policy: sticky, targets: {a: 192.0.2.1, b: 192.0.2.2, c: 192.0.2.3}, prefer: {10.0.0.0/25: [b]}}
            """)
        let world = try steeringWorld(pools)
        #expect(try world.ask("f", from: "192.0.2.99").data == ["192.0.2.1"])
        #expect(try world.ask("f", from: "10.0.0.1").data == ["192.0.2.2"])
        #expect(try steeringWorld(pools, down: ["f/b"]).ask("f", from: "10.0.0.1").data == ["192.0.2.3"])
        #expect(try steeringWorld(pools, down: ["f/b", "f/c"]).ask("f", from: "10.0.0.1").data == ["192.0.2.1"])
        var counts: [String: Int] = [:]
        for _ in 0..<400 { counts[try world.ask("w", from: "10.0.0.1").data[0], default: 0] += 1 }
        #expect(counts.keys.sorted() == ["192.0.2.2", "192.0.2.3"] && abs((counts["192.0.2.2"] ?? 0) - 300) <= 3)
        // Both have their say in the scope.
        #expect(try world.ask("s", subnet: "10.0.0.5/32") == SteeredAnswer(data: ["192.0.2.2"], scope: 25))
        #expect(try world.ask("s", subnet: "11.0.0.5/32").scope == 24)
    }
}
