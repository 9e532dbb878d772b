// Over random pools, states and clients: what is explained is what can be answered, no more and no less, and each rule says
// of its member what the answers say.

import DNSCore
import TestSupport
import Testing

@Suite struct ExplanationPropertyTests {
    /// A pool, what is known of it, and clients.
    private struct Case {
        var pools: [PoolDefinition] = []
        var states: [[[MemberCondition]]] = []
    }

    @Test(arguments: 0..<60) func explainedAndPossibleAreTheSame(seed: UInt64) throws {
        var random = RandomSource(seed: seed &* 0x9e37_79b9 &+ 1)
        let world = Self.makeCase(&random)
        let names = world.pools.map { "\($0.name) 300 POOL \($0.name)\n" }.joined()
        let server = try TestWorld(zone: poolZone + names, pools: world.pools, conditions: world.states, seed: seed)
        for pool in world.pools {
            for type in [RecordType.a, .aaaa] {
                for client in ["127.0.0.1", "10.1.2.3", "10.2.200.9"] {
                    try check(pool, type, client, world, server)
                }
            }
        }
    }

    private func check(
        _ pool: PoolDefinition, _ type: RecordType, _ client: String, _ world: Case, _ server: TestWorld
    ) throws {
        let address = try #require(IPAddress(client))
        let name = try DomainName(pool.name + ".example.org")
        let state = server.state.current
        let explanation = explain(
            ExplainedQuestion(name: name, type: type, client: address), state.image.image, state.health,
            ServedPool.all(world.pools, world.states), now: 0)
        let told = try #require(explanation.pools.first)
        let text = type == .a ? "A" : "AAAA"
        let packet = try QueryPacket(pool.name + ".example.org", text, edns: .init(size: 4096)).octets
        var seen = Set<String>()
        var firsts = Set<String>()
        var times = Set<UInt32>()
        for _ in 0..<250 {
            let octets = server.answer(packet, from: address)
            let answer = try MessageWalker(octets)
            let data = answer.answer.map { Self.text(octets[$0.data]) }
            seen.formUnion(data)
            if let first = data.first { firsts.insert(first) }
            times.formUnion(answer.answer.map(\.timeToLive))
            if pool.policy == .sticky, told.mode != .backup { #expect(told.choices.map(\.data) == data) }
        }
        #expect(Set(told.choices.map(\.data)) == seen, "\(pool) \(type) \(client) \(world.states)")
        #expect(Set(told.choices.filter { $0.share > 0 }.map(\.data)) == firsts)
        #expect(seen.isEmpty || times == Set([told.timeToLive.result].compactMap(\.self)))
        #expect(seen.isEmpty || abs(told.choices.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        if told.mode == .backup { return }
        for member in told.targets.flatMap(\.members) {
            guard let own = member.address else { continue }
            #expect(member.rule.isKept == member.isAnswered)
            // Of two targets with one address, one stands for both.
            if member.rule == .duplicate { continue }
            #expect(member.isAnswered == seen.contains(own), "\(pool.name) \(own) \(member.rule) \(seen)")
        }
    }

    private static func text(_ data: ArraySlice<UInt8>) -> String {
        if data.count == 4 { return "\(IPAddress.v4(data.reduce(0) { $0 << 8 | UInt32($1) }))" }
        let high = data.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return "\(IPAddress.v6(high, data.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }))"
    }

    // MARK: Random worlds

    private static func makeCase(_ random: inout RandomSource) -> Case {
        var made = Case()
        for (number, name) in ["p", "q", "r"].enumerated() {
            var pool = makePool(number, name, &random)
            if name == "r" {
                for nested in ["p", "q"] where Bool.random(using: &random) {
                    pool.targets.append(
                        TargetDefinition(
                            name: "in-\(nested)", endpoint: .pool(NestedPool(name: nested)),
                            weight: UInt32.random(in: 1...3, using: &random)))
                }
            }
            made.pools.append(pool)
            made.states.append(
                pool.targets.map { target in (0..<target.memberCount).map { _ in makeCondition(&random) } })
        }
        return made
    }

    private static func makePool(_ number: Int, _ name: String, _ random: inout RandomSource) -> PoolDefinition {
        var pool = PoolDefinition(
            name: name, policy: PoolPolicy.allCases.randomElement(using: &random) ?? .weighted,
            answers: Bool.random(using: &random) ? nil : Int.random(in: 1...3, using: &random),
            targets: (0..<Int.random(in: 1...4, using: &random)).map { target in
                let value = UInt32(0xc000_0200) + UInt32(number * 40 + target * 10)
                var addresses = [IPAddress.v4(value)]
                if Bool.random(using: &random) { addresses.append(.v4(value + 1)) }
                if Bool.random(using: &random) { addresses.append(.v6(0x2001_0db8 << 32, UInt64(value))) }
                return TargetDefinition(
                    name: "t\(target)", endpoint: .addresses(addresses),
                    weight: UInt32.random(in: 0...3, using: &random), tier: Int.random(in: 0...2, using: &random))
            })
        if Bool.random(using: &random) {
            pool.preferences = PoolPreferences(
                [("10.1.0.0/16", "t0"), ("10.2.128.0/17", "t1")].compactMap { network, target in
                    AddressPrefix(network).map { PoolPreferences.Entry(network: $0, targets: [target]) }
                })
        }
        pool.service.whenAllDown = ServiceRules.WhenAllDown.allCases.randomElement(using: &random) ?? .open
        if pool.service.whenAllDown == .backup { pool.service.backup = .addresses([.v4(0xc633_6401), .v6(1, 2)]) }
        pool.service.degraded = [.last, .equal, .lowerWeight(tenths: 3)].randomElement(using: &random) ?? .last
        pool.service.minimumHealthy = .count(Int.random(in: 1...pool.targets.count, using: &random))
        return pool
    }

    private static func makeCondition(_ random: inout RandomSource) -> MemberCondition {
        let states: [HealthState] = [.up, .up, .up, .degraded, .down, .unknown]
        var condition = MemberCondition(
            states.randomElement(using: &random) ?? .up, isChanging: Int.random(in: 0..<5, using: &random) == 0)
        condition.wasInService = Bool.random(using: &random)
        condition.isUncertain = Int.random(in: 0..<8, using: &random) == 0
        condition.share = UInt8.random(in: 7...10, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            condition.override = Override.allCases.randomElement(using: &random)
        }
        if Int.random(in: 0..<8, using: &random) == 0 { condition.weight = 2 }
        return condition
    }
}
