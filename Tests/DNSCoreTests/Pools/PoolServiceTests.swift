// Who may be answered with, and what is answered if too few may: all of `PoolService`, and what clients see of it.

import DNSCore
import TestSupport
import Testing

@Suite struct PoolServiceTests {
    private func pool(_ change: (inout ServiceRules) -> Void = { _ in }, policy: PoolPolicy = .roundRobin)
        -> PoolDefinition
    {
        var pool = makePool(
            "p", policy, answers: 8, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], weights: [10, 10, 10])
        change(&pool.service)
        return pool
    }

    /// One character a target: up, degraded, down, unknown.
    private func conditions(_ text: String, _ change: (inout [[MemberCondition]]) -> Void = { _ in })
        -> [[MemberCondition]]
    {
        let states: [Character: HealthState] = ["u": .up, "g": .degraded, "d": .down, "?": .unknown]
        var conditions = text.map { [MemberCondition(states[$0] ?? .unknown)] }
        change(&conditions)
        return conditions
    }

    private func served(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) -> String {
        let answers = ServedPool(pool, conditions).answers
        let members = answers.members.map { $0.hasPrefix("192.0.2.") ? String($0.dropFirst(8)) : $0 }
        return "\(answers.mode.rawValue) \(members.joined(separator: " "))"
    }

    @Test func degradedComesLast() {
        #expect(served(pool(), conditions("ugd")) == "normal 1")
        #expect(served(pool(), conditions("dgg")) == "normal 2 3")
        #expect(served(pool(), conditions("g?d")) == "normal 1 2")
        #expect(served(pool(), conditions("ug?")) == "normal 1 3")
        #expect(served(pool({ $0.degraded = .equal }), conditions("ugd")) == "normal 1 2")
        let lower = pool({ $0.degraded = .lowerWeight(tenths: 3) }, policy: .weighted)
        #expect(ServedPool(lower, conditions("ugd")).answers.weights == [100, 30])
        #expect(ServedPool(lower, conditions("uud")).answers.weights == [10, 10])
    }

    @Test func degradedIsJudgedByFamily() {
        let pool = makePool("p", .roundRobin, ["192.0.2.1,2001:db8::1", "192.0.2.2"])
        let conditions = [[MemberCondition(.up), MemberCondition(.degraded)], [MemberCondition(.degraded)]]
        #expect(served(pool, conditions) == "normal 1 2001:db8::1")
    }

    @Test func aMinimum() {
        let two = pool { $0.minimumHealthy = .count(2) }
        #expect(served(two, conditions("uud")) == "normal 1 2")
        #expect(served(two, conditions("udd")) == "fail_open 1 2 3")
        let half = pool { $0.minimumHealthy = .percent(50) }
        #expect(served(half, conditions("ugd")) == "normal 1")
        #expect(served(half, conditions("udd")) == "fail_open 1 2 3")
        #expect(ServiceRules.MinimumHealthy.percent(34).required(of: 3) == 2)
        #expect(ServiceRules.MinimumHealthy.percent(33).required(of: 3) == 1)
        #expect(ServiceRules.MinimumHealthy.percent(100).required(of: 3) == 3)
    }

    @Test func whenAllAreDown() {
        let down = conditions("ddd") {
            $0[1][0].wasInService = true
        }
        #expect(served(pool(), down) == "fail_open 1 2 3")
        #expect(served(pool { $0.whenAllDown = .lastKnown }, down) == "last_known 2")
        #expect(served(pool { $0.whenAllDown = .lastKnown }, conditions("ddd")) == "fail_open 1 2 3")
        #expect(served(pool { $0.whenAllDown = .closed }, down) == "closed ")
        #expect(served(pool { $0.whenAllDown = .servfail }, down) == "servfail ")
        let backup = pool {
            $0.whenAllDown = .backup
            $0.backup = .addresses([.v4(0xC000_0263), .v6(0x2001_0db8 << 32, 9)])
        }
        #expect(served(backup, down) == "backup 99 2001:db8::9")
        #expect(served(backup, conditions("dud")) == "normal 2")
    }

    @Test func operatorsComeFirst() {
        let down = conditions("ddd") {
            $0[0][0].override = .drained
            $0[0][0].wasInService = true
            $0[1][0].override = .forcedDown
        }
        #expect(served(pool(), down) == "fail_open 3")
        #expect(served(pool { $0.whenAllDown = .lastKnown }, down) == "fail_open 3")
        let forced = conditions("ddg") { $0[1][0].override = .forcedUp }
        #expect(served(pool(), forced) == "normal 2")
        let heavy = conditions("uuu") { $0[2][0].weight = 50 }
        #expect(ServedPool(pool(policy: .weighted), heavy).answers.weights == [10, 10, 50])
    }

    @Test func howLongClientsMayKeepIt() {
        func limit(_ conditions: [[MemberCondition]]) -> UInt32? {
            ServedPool(pool(), conditions).answers.timeToLiveLimit
        }
        #expect(limit(conditions("uud")) == nil)
        #expect(limit(conditions("uud") { $0[1][0].isChanging = true }) == 15)
        #expect(limit(conditions("uud") { $0[2][0].isChanging = true }) == 15)
        #expect(limit(conditions("uu?")) == 10)
        #expect(limit(conditions("uud") { $0[1][0].isUncertain = true }) == 10)
        #expect(limit(conditions("ddd")) == 10)
        // What becomes of somebody who has been taken out changes no answer.
        #expect(
            limit(
                conditions("uuu") {
                    $0[2][0].override = .drained
                    $0[2][0].isChanging = true
                }) == nil)
    }

    // MARK: On the wire

    private func world(_ pools: [PoolDefinition], _ conditions: [[[MemberCondition]]]) throws -> TestWorld {
        let zone = poolZone + pools.map { "\($0.name) 300 POOL \($0.name)\n" }.joined()
        return try TestWorld(zone: zone, pools: pools, conditions: conditions)
    }

    @Test func closedIsNoData() throws {
        let closed = pool { $0.whenAllDown = .closed }
        var hosts = makeHostPool("h", .roundRobin, ["a.example.net."])
        hosts.service.whenAllDown = .closed
        let world = try world([closed, hosts], [conditions("ddd"), conditions("d")])
        for (name, type) in [("p", "A"), ("p", "AAAA"), ("h", "A"), ("h", "CNAME"), ("h", "MX")] {
            let answer = try world.ask("\(name).example.org", type)
            #expect(answer.code == 0, "\(name) \(type)")
            #expect(answer.answer.isEmpty)
            #expect(answer.authority.map { $0.contains("SOA") } == [true])
        }
    }

    @Test func servfailSaysWhy() throws {
        let failing = pool { $0.whenAllDown = .servfail }
        var hosts = makeHostPool("h", .roundRobin, ["a.example.net."])
        hosts.service.whenAllDown = .servfail
        let world = try world([failing, hosts], [conditions("ddd"), conditions("d")])
        for (name, type) in [("p", "A"), ("p", "AAAA"), ("h", "A"), ("h", "CNAME")] {
            #expect(try world.ask("\(name).example.org", type).code == 2, "\(name) \(type)")
        }
        // Other types do not depend on anybody's health.
        let other = try world.ask("p.example.org", "MX")
        #expect(other.code == 0)
        let octets = world.answer(try QueryPacket("p.example.org", "A", edns: .init(size: 1232)).octets)
        let text = Array("no target of the pool is in service".utf8)
        // Extended DNS Error, code 0 (Other), and the text (RFC 8914 §2).
        #expect(octets.containsRun([0, 15, 0, UInt8(text.count + 2), 0, 0] + text))
    }

    @Test func aBackupPool() throws {
        var first = pool {
            $0.whenAllDown = .backup
            $0.backup = .pool("q")
        }
        first.name = "p"
        var second = makePool("q", .roundRobin, ["192.0.2.8"])
        second.service.whenAllDown = .backup
        second.service.backup = .addresses([.v4(0xC000_0263)])
        var world = try world([first, second], [conditions("ddd"), conditions("u")])
        #expect(try world.ask("p.example.org", "A").answer == ["p.example.org. 10 IN A 192.0.2.8"])
        #expect(try world.ask("q.example.org", "A").answer == ["q.example.org. 300 IN A 192.0.2.8"])
        world = try self.world([first, second], [conditions("ddd"), conditions("d")])
        #expect(try world.data("p.example.org", "A") == ["192.0.2.99"])
        world = try self.world([first, second], [conditions("ddu"), conditions("d")])
        #expect(try world.data("p.example.org", "A") == ["192.0.2.3"])
    }

    /// Built pool by pool or all at once, the answers are the same.
    @Test func aChangeInOnePoolLeavesTheOthers() throws {
        let pools =
            (0..<5).map { number in
                makePool(
                    "p\(number)", number % 2 == 0 ? .weighted : .roundRobin,
                    ["192.0.\(number).1,2001:db8:\(number)::1", "192.0.\(number).2"])
            } + [makeHostPool("h", .weighted, ["a.example.net.", "b.example.net."])]
        var conditions = pools.map { $0.targets.map { Array(repeating: MemberCondition(.up), count: $0.memberCount) } }
        var served = zip(pools, conditions).map { ServedPool($0, $1) }
        conditions[2][0] = [MemberCondition(.down), MemberCondition(.up)]
        conditions[5][0] = [MemberCondition(.down)]
        for index in [2, 5] { served[index] = ServedPool(pools[index], conditions[index]) }
        let whole = try world(pools, conditions)
        let parts = try world(pools, conditions)
        parts.state.update { ServingState(image: $0.image, health: HealthSnapshot(served)) }
        for pool in pools {
            for type in ["A", "AAAA"] {
                for _ in 0..<8 {
                    let name = "\(pool.name).example.org"
                    #expect(try whole.data(name, type) == parts.data(name, type))
                }
            }
        }
        #expect(try parts.data("p2.example.org", "A") == ["192.0.2.2"])
        #expect(try parts.data("h.example.org", "CNAME") == ["b.example.net."])
    }
}

extension [UInt8] {
    fileprivate func containsRun(_ run: [UInt8]) -> Bool {
        guard count >= run.count else { return false }
        return indices.dropLast(run.count - 1).contains { self[$0..<$0 + run.count].elementsEqual(run) }
    }
}
