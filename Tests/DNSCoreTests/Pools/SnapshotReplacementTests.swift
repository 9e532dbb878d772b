// A snapshot that was made of the one before must answer like one that was made from nothing, whatever has changed, and
// however often.

@testable import DNSCore
import TestSupport
import Testing

@Suite struct SnapshotReplacementTests {
    private static let text = """
          plain: {policy: round-robin, targets: {a: 192.0.2.1, b: [192.0.2.2, "2001:db8::2"], c: "2001:db8::3"}}
          weighed:
            policy: weighted
            targets: {a: {address: 192.0.2.11, weight: 3}, b: 192.0.2.12}
          sticky: {policy: sticky, targets: {a: 192.0.2.21, b: 192.0.2.22, c: 192.0.2.23}}
          hosts: {policy: round-robin, targets: {a: {host: a.example.net}, b: {host: b.example.net}}}
          named:
            policy: failover
            targets:
              a: {address: 192.0.2.31, name: a.example.org}
              b: {address: 192.0.2.32, name: b.example.org}
          near:
            policy: round-robin
            prefer:
              198.51.100.0/24: [a]
              "2001:db8:1::/48": [b]
            targets: {a: 192.0.2.41, b: 192.0.2.42}
          far:
            policy: weighted
            prefer:
              203.0.113.0/24: [b]
            targets: {a: 192.0.2.51, b: 192.0.2.52, c: 192.0.2.53}
        """
    private static let more = """
          outer: {policy: round-robin, targets: {a: {pool: plain}, b: 192.0.2.61}}
        """
    private static let standIn = """
          stand_in: {policy: round-robin, when_all_down: backup, backup: plain, targets: {a: 192.0.2.71}}
        """
    private static let questions: [(type: String, subnet: String?)] = [
        ("A", nil), ("AAAA", nil), ("SRV", nil), ("A", "198.51.100.7/32"), ("A", "203.0.113.9/32"),
        ("AAAA", "2001:db8:1::7/128"),
    ]

    @Test(arguments: ["", more, standIn, "\(more)\n\(standIn)"]) func answersLikeOneFromNothing(more: String) throws {
        let pools = try readPools("\(Self.text)\n\(more)")
        let records = "_dicom._tcp 60 POOL named SRV 104\na A 192.0.2.31\nb A 192.0.2.32\n"
        let (replaced, renewed) = (
            try steeringWorld(pools, more: records), try steeringWorld(pools, more: records)
        )
        var generator = RandomSource(seed: 7)
        var known = conditions(pools)
        var served = ServedPool.all(pools, known)
        // What is replaced later must be there first.
        replaced.state.update { ServingState(image: $0.image, served) }
        renewed.state.update { ServingState(image: $0.image, served) }
        var sizes = Set<Int>()
        var whole = Set<Int>()
        for _ in 0..<200 {
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                let pool = Int.random(in: pools.indices, using: &generator)
                guard let target = known[pool].indices.randomElement(using: &generator), !known[pool][target].isEmpty
                else { continue }
                let state = [HealthState.up, .up, .down, .degraded].randomElement(using: &generator)!
                known[pool][target][0] = MemberCondition(state, isChanging: Bool.random(using: &generator))
                // Nested pools change with those that they are made of.
                let all = ServedPool.all(pools, known)
                for index in pools.indices where index == pool || pools[index].hasNestedPools {
                    served[index] = all[index]
                }
            }
            replaced.state.publish(served)
            renewed.state.update { ServingState(image: $0.image, served) }
            sizes.insert(size(replaced.state.current))
            whole.insert(replaced.state.current.health.wholeSize)
            for name in pools.map(\.name) + ["_dicom._tcp"] {
                for (type, subnet) in Self.questions {
                    var packet = try QueryPacket(name + ".example.org", type, edns: .init(size: 4096))
                    if let subnet { packet.edns?.options = [try clientSubnet(subnet)] }
                    #expect(replaced.answer(packet.octets) == renewed.answer(packet.octets), "\(name) \(type)")
                }
            }
            #expect(served.map(\.answers) == replaced.state.current.pools.map(\.answers))
        }
        // Pools were replaced, and all was laid out anew again and again.
        #expect(sizes.subtracting(whole).count > 3)
        #expect(whole.count > 1)
        #expect(try #require(sizes.max()) <= 2 * #require(whole.max()))
    }

    /// Without changes there is nothing to do, and nothing becomes of no use.
    @Test func nothingNew() throws {
        let pools = try readPools(Self.text)
        let state = ServingState(
            image: try steeringWorld(pools).state.current.image, ServedPool.all(pools, conditions(pools)))
        #expect(size(state.with(state.pools)) == state.health.wholeSize)
    }

    @Test func otherPools() throws {
        let pools = try readPools(Self.text)
        let state = ServingState(
            image: try steeringWorld(pools).state.current.image, ServedPool.all(pools, conditions(pools)))
        for pools in [Array(state.pools.dropLast()), []] {
            let other = state.with(pools)
            #expect(size(other) == other.health.wholeSize)
            #expect(other.health.wholeSize < state.health.wholeSize)
        }
    }

    /// A pool with other networks has its selections elsewhere.
    @Test func otherPreferences() throws {
        let pools = try readPools(Self.text)
        let world = try steeringWorld(pools)
        let served = ServedPool.all(pools, conditions(pools))
        var changed = pools
        let near = try #require(pools.firstIndex { $0.name == "near" })
        changed[near].preferences = PoolPreferences([
            PoolPreferences.Entry(network: try #require(AddressPrefix("203.0.113.0/24")), targets: ["b"])
        ])
        var others = served
        others[near] = ServedPool.all(changed, conditions(changed))[near]
        world.state.update { ServingState(image: $0.image, served).with(others) }
        #expect(try world.ask("near", subnet: "203.0.113.9/32").data == ["192.0.2.42"])
        #expect(try Set(world.ask("near", subnet: "198.51.100.7/32").data) == ["192.0.2.41", "192.0.2.42"])
        #expect(try world.ask("far", subnet: "203.0.113.9/32").data == ["192.0.2.52"])
    }

    /// However much smaller the other pools are than the one that changes.
    @Test func itDoesNotGrowForever() throws {
        let targets = (1...40).map { "t\($0): {address: 192.0.2.\($0), name: t\($0).example.org}" }
        let small = (1...50).map { "  s\($0): {policy: round-robin, targets: {a: 192.0.2.\($0)}}\n" }
        let pools = try readPools(
            small.joined() + "  large: {policy: weighted, targets: {\(targets.joined(separator: ", "))}}\n")
        var known = conditions(pools)
        var state = ServingState(image: try steeringWorld(pools).state.current.image, ServedPool.all(pools, known))
        let first = state.health.wholeSize
        for round in 0..<200 {
            known[50][round % 40][0] = MemberCondition(round / 40 % 2 == 0 ? .down : .up)
            var served = state.pools
            served[50] = ServedPool.all(pools, known)[50]
            state = state.with(served)
            #expect(size(state) <= 2 * first)
        }
    }

    private func size(_ state: ServingState) -> Int { HealthSnapshot.Builder(state.health).size }
}
