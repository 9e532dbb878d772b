// What is explained, in worlds whose answers are known.

import DNSCore
import TestSupport
import Testing

@Suite struct ExplanationTests {
    private func explain(
        _ world: TestWorld, _ pools: [PoolDefinition], _ conditions: [[[MemberCondition]]], _ name: String,
        _ type: RecordType = .a, client: String = "127.0.0.1"
    ) throws -> AnswerExplanation {
        let prefix = try #require(AddressPrefix(client))
        let question = ExplainedQuestion(
            name: try DomainName(name + ".example.org"), type: type, client: prefix.address,
            subnet: client.contains("/") ? prefix : nil)
        let state = world.state.current
        return DNSCore.explain(question, state.image.image, state.health, ServedPool.all(pools, conditions), now: 0)
    }

    /// `t0 192.0.2.1: up`, one for each member of the first pool.
    private func rules(_ explanation: AnswerExplanation) -> [String] {
        (explanation.pools.first?.targets ?? []).flatMap { target in
            target.members.map { "\(target.name) \($0.address ?? target.pool ?? ""): \($0.rule.rawValue)" }
        }
    }

    @Test func tiersAndOrders() throws {
        let pools = [makePool("p", .failover, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], tiers: [0, 1, 2])]
        var states = conditions(pools, down: ["p/t0"])
        var world = try TestWorld(zone: poolZone + "p 300 POOL p\n", pools: pools, conditions: states)
        #expect(
            rules(try explain(world, pools, states, "p"))
                == ["t0 192.0.2.1: down", "t1 192.0.2.2: up", "t2 192.0.2.3: later_tier"])
        states[0][1][0].override = .drained
        states[0][2][0].override = .forcedUp
        states[0][2][0].state = .down
        world = try TestWorld(zone: poolZone + "p 300 POOL p\n", pools: pools, conditions: states)
        let explanation = try explain(world, pools, states, "p")
        #expect(
            rules(explanation) == ["t0 192.0.2.1: down", "t1 192.0.2.2: drained", "t2 192.0.2.3: forced_up"])
        #expect(explanation.pools[0].targets[2].members[0].override == .forcedUp)
        #expect(explanation.pools[0].choices.map(\.data) == ["192.0.2.3"])
    }

    @Test func whereTheTTLComesFrom() throws {
        let pools = [makePool("p", .roundRobin, ["192.0.2.1", "192.0.2.2"])]
        for (state, isChanging, rule, limit) in [
            (HealthState.up, false, TimeToLiveRule.none, UInt32?.none), (.up, true, .changing, 15),
            (.unknown, false, .uncertain, 10), (.down, false, .none, nil),
        ] {
            var states = conditions(pools)
            states[0][0][0] = MemberCondition(state, isChanging: isChanging)
            let world = try TestWorld(zone: poolZone + "p 300 POOL p\n", pools: pools, conditions: states)
            let time = try explain(world, pools, states, "p").pools[0].timeToLive
            #expect((time.record, time.rule, time.limit, time.result) == (300, rule, limit, min(300, limit ?? 300)))
        }
    }

    @Test func theWayToARecord() throws {
        let pools = [makePool("p", .roundRobin, ["192.0.2.1"])]
        let world = try TestWorld(
            zone: poolZone + "p 300 POOL p\nalias CNAME two\ntwo CNAME p\n*.wild POOL p\nsub NS ns\nleaf DNAME p\n"
                + "far CNAME elsewhere.example.net.\n", pools: pools)
        let steps = { (name: String, type: RecordType) in
            try explain(world, pools, conditions(pools), name, type).steps
        }
        #expect(try steps("alias", .a).map(\.name) == ["alias.example.org.", "two.example.org.", "p.example.org."])
        #expect(try steps("alias", .a).last?.pool == "p")
        #expect(try steps("alias", .cname).map(\.name) == ["alias.example.org."])
        #expect(try steps("x.wild", .a).map(\.owner) == ["*.wild.example.org."])
        #expect(try steps("x.wild", .a).map(\.finding) == [.wildcard])
        #expect(try steps("x.wild", .txt).map(\.pool) == [nil])
        #expect(try steps("a.sub", .a).map(\.finding) == [.delegation])
        #expect(try steps("a.sub", .a).map(\.owner) == ["sub.example.org."])
        #expect(try steps("a.leaf", .a).map(\.finding) == [.redirection, .nameError])
        #expect(try steps("far", .a).map(\.finding) == [.exact, .elsewhere])
        #expect(try steps("gone", .a).map(\.finding) == [.nameError])
        #expect(try steps("p", .a).map(\.timeToLive) == [300])
    }

    @Test func preferencesAndNestedPools() throws {
        let pools = try readPools(
            """
              near: {targets: {a: 192.0.2.1, b: 192.0.2.2}}
              far: {targets: {c: 192.0.2.3, a: 192.0.2.1}}
              both: {targets: {n: {pool: near}, f: {pool: far}}}
              tiers: {policy: failover, targets: {n: {pool: near}, f: {pool: far}}}
              branch: {policy: failover, targets: {a: 192.0.2.1, b: 192.0.2.2, c: 192.0.2.3}, \
            prefer: {10.1.0.0/16: [b], 10.1.2.0/24: [c]}}
            """)
        let states = conditions(pools, down: ["branch/c"])
        let world = try steeringWorld(pools, down: ["branch/c"])
        var explanation = try explain(world, pools, states, "branch", client: "10.1.9.0/24")
        #expect(
            rules(explanation) == ["a 192.0.2.1: not_preferred", "b 192.0.2.2: up", "c 192.0.2.3: down"])
        let preference = try #require(explanation.pools[0].preference)
        #expect((preference.network, preference.targets, preference.isApplied) == ("10.1.0.0/16", ["b"], true))
        #expect(explanation.pools[0].choices.map(\.target) == ["b"])
        #expect(explanation.subnetScope == 21)
        explanation = try explain(world, pools, states, "branch", client: "10.1.2.7")
        #expect(explanation.pools[0].preference?.network == "10.1.2.0/24")
        #expect(explanation.pools[0].preference?.isApplied == false)
        #expect(explanation.pools[0].choices.map(\.target) == ["a"])
        explanation = try explain(world, pools, states, "both")
        #expect(explanation.pools.map(\.name) == ["both", "near", "far"])
        #expect(explanation.pools[2].targets.map(\.members[0].rule) == [.up, .duplicate])
        explanation = try explain(world, pools, states, "tiers")
        #expect(rules(explanation) == ["n near: up", "f far: later_tier"])
        #expect(explanation.pools[2].targets.map(\.members[0].rule) == [.outerPool, .duplicate])
    }

    /// A rehearsal takes no turn, and counts against no limit.
    @Test func nothingIsTakenFromAnybody() throws {
        let pools = [makePool("p", .roundRobin, ["192.0.2.1", "192.0.2.2", "192.0.2.3"])]
        let world = try TestWorld(
            zone: poolZone + "p 300 POOL p\n", pools: pools,
            settings: AnswerSettings(rateLimit: RateLimit(responsesPerSecond: 5)))
        for _ in 0..<50 { _ = try explain(world, pools, conditions(pools), "p") }
        for turn in 0..<3 {
            let next = MessageText(try explain(world, pools, conditions(pools), "p").message)
            let given = try world.data("p.example.org", "A")
            #expect(given.first == "192.0.2.\(turn + 1)")
            #expect(next == given)
        }
    }

    @Test func whoIsDenied() throws {
        let list = AccessList(deny: [try #require(AddressPrefix("192.0.2.0/24"))])
        let world = try TestWorld(zone: poolZone, settings: AnswerSettings(access: list))
        #expect(try explain(world, [], [], "ns", client: "192.0.2.9").isDenied)
        #expect(try !explain(world, [], [], "ns", client: "192.0.3.9").isDenied)
    }
}

/// The data of the records of the answer section.
private func MessageText(_ octets: [UInt8]) -> [String]? {
    LDNSMessage(octets)?.answer.map { $0.split(separator: " ").dropFirst(4).joined(separator: " ") }
}
