// Where pools may stand, pools of host names, and how a change of health reaches the next answer.

import DNSCore
import TestSupport
import Testing

@Suite struct PoolPlacementTests {
    private let pool = makePool("p", .roundRobin, ["192.0.2.1", "192.0.2.2"])

    @Test func underAWildcard() throws {
        let world = try TestWorld(zone: poolZone + "*.dicom POOL p\n", pools: [pool])
        #expect(
            try world.ask("A.b.DICOM.example.org", "A").answer == [
                "A.b.DICOM.example.org. 300 IN A 192.0.2.1", "A.b.DICOM.example.org. 300 IN A 192.0.2.2",
            ])
        #expect(try world.ask("dicom.example.org", "A").answer == [])
        #expect(try world.data("*.dicom.example.org", "A") == ["192.0.2.2", "192.0.2.1"])
    }

    @Test func atTheApexBesideEverythingElse() throws {
        let world = try TestWorld(zone: poolZone + "@ POOL p\n@ MX 1 ns\n@ TXT \"beside\"\n", pools: [pool])
        #expect(try world.data("example.org", "A") == ["192.0.2.1", "192.0.2.2"])
        #expect(try world.data("example.org", "TXT") == ["\"beside\""])
        #expect(try world.data("example.org", "MX") == ["1 ns.example.org."])
        #expect(try world.data("example.org", "NS") == ["ns.example.org."])
        #expect(try world.ask("example.org", "SOA").answer.count == 1)
        #expect(try world.ask("example.org", "AAAA").authority.count == 1)
    }

    @Test func behindAnAlias() throws {
        let world = try TestWorld(zone: poolZone + "a CNAME b\nb CNAME www\nwww POOL p\n", pools: [pool])
        #expect(
            try world.ask("a.example.org", "A").answer == [
                "a.example.org. 300 IN CNAME b.example.org.", "b.example.org. 300 IN CNAME www.example.org.",
                "www.example.org. 300 IN A 192.0.2.1", "www.example.org. 300 IN A 192.0.2.2",
            ])
    }

    /// Who is in service goes along with the records that name the pool's name (RFC 2782).
    @Test func asHostOfOtherRecords() throws {
        let both = PoolDefinition(
            name: "both", policy: .roundRobin,
            targets: [
                TargetDefinition(name: "a", endpoint: .addresses([.v4(0xc000_0201)])),
                TargetDefinition(name: "b", endpoint: .addresses([.v4(0xc000_0202), .v6(0x2001_0db8 << 32, 2)])),
            ])
        let text = poolZone + "www POOL both\n_dicom._tcp SRV 0 0 11112 www\n@ MX 1 www\nsvc HTTPS 1 www\n"
        let world = try TestWorld(
            zone: text, pools: [both], conditions: [[[.init(.down)], [.init(.up), .init(.up)]]])
        for (name, type) in [("_dicom._tcp", "SRV"), ("", "MX"), ("svc", "HTTPS")] {
            let message = try world.ask(name.isEmpty ? "example.org" : "\(name).example.org", type)
            #expect(message.answer.count == 1 && !message.flags.contains("tc"))
            #expect(
                message.additional == [
                    "www.example.org. 300 IN A 192.0.2.2", "www.example.org. 300 IN AAAA 2001:db8::2",
                ])
        }
    }

    /// Additional addresses for which there is no room are left out without TC (RFC 2181 §9).
    @Test func asHostWithoutRoom() throws {
        let many = makePool("many", .roundRobin, (1...8).map { "192.0.2.\($0)" })
        let filler = (0..<10).map { "@ MX \($0) host-\($0)-\(String(repeating: "x", count: 10))\n" }.joined()
        let world = try TestWorld(zone: poolZone + "www POOL many\n\(filler)@ MX 99 www\n", pools: [many])
        let answer = world.answer(try QueryPacket("example.org", "MX").octets)
        let message = try #require(LDNSMessage(answer))
        #expect(answer.count <= 512 && message.answer.count == 11)
        #expect(message.additional.isEmpty && !message.flags.contains("tc"))
    }

    /// Two names of one pool share its rotation.
    @Test func twoNamesOfOnePool() throws {
        let world = try TestWorld(zone: poolZone + "a POOL p\nb POOL p\n", pools: [pool])
        #expect(try world.data("a.example.org", "A").first == "192.0.2.1")
        #expect(try world.data("b.example.org", "A").first == "192.0.2.2")
        #expect(try world.data("a.example.org", "A").first == "192.0.2.1")
    }

    private func hostWorld(_ pool: PoolDefinition, _ conditions: [HealthState]? = nil) throws -> TestWorld {
        let text =
            poolZone + "www POOL \(pool.name)\n*.w POOL \(pool.name)\none A 192.0.2.1\ntwo CNAME one\nthree AAAA ::3\n"
        return try TestWorld(
            zone: text, pools: [pool], conditions: conditions.map { [$0.map { [MemberCondition($0)] }] }, seed: 5)
    }

    @Test func hostsTakeTurnsAndAreFollowed() throws {
        let world = try hostWorld(
            makeHostPool(
                "h", .roundRobin,
                ["one.example.org", "two.example.org", "gone.example.org", "x.other.test", "three.example.org"]))
        let expected: [(Int, [String])] = [
            (0, ["CNAME one.example.org.", "A 192.0.2.1"]),
            (0, ["CNAME two.example.org.", "CNAME one.example.org.", "A 192.0.2.1"]), (3, ["CNAME gone.example.org."]),
            (0, ["CNAME x.other.test."]), (0, ["CNAME three.example.org."]),
        ]
        for round in 0..<20 {
            let message = try world.ask(round < 10 ? "www.example.org" : "q.w.example.org", "A")
            let (code, answer) = expected[round % 5]
            #expect(message.code == code)
            #expect(message.answer.map { $0.split(separator: " ").dropFirst(3).joined(separator: " ") } == answer)
            #expect(message.authority.isEmpty == (round % 5 != 2 && round % 5 != 4))
        }
    }

    /// RFC 1034 §4.3.2 step 3a: a CNAME is not followed by who asks for CNAME, nor for ANY.
    @Test(arguments: ["CNAME", "ANY"]) func hostsAreNotFollowedForCNAME(_ type: String) throws {
        for host in ["one.example.org", "two.example.org", "gone.example.org"] {
            let message = try hostWorld(makeHostPool("h", .roundRobin, [host])).ask("www.example.org", type)
            #expect(message.code == 0 && message.flags == ["qr", "aa"])
            #expect(message.answer == ["www.example.org. 300 IN CNAME \(host)."])
            #expect(message.authority == [])
        }
    }

    @Test func hostsByWeightAndHealth() throws {
        let hosts = ["one.example.org", "a.other.test", "b.other.test"]
        let weighted = try hostWorld(makeHostPool("h", .weighted, hosts, weights: [0, 1, 3]))
        var counts: [String: Int] = [:]
        for _ in 0..<400 { counts[try weighted.data("www.example.org", "A")[0], default: 0] += 1 }
        #expect(counts.keys.sorted() == ["a.other.test.", "b.other.test."])
        #expect(abs((counts["a.other.test."] ?? 0) - 100) <= 2)
        let tiers = PoolDefinition(
            name: "h", policy: .failover,
            targets: hosts.enumerated().map {
                TargetDefinition(name: $1, endpoint: .host(HostEndpoint((try? DomainName($1)) ?? .root)), tier: $0)
            })
        #expect(try hostWorld(tiers).data("www.example.org", "A") == ["one.example.org.", "192.0.2.1"])
        #expect(try hostWorld(tiers, [.down, .up, .up]).data("www.example.org", "A") == ["a.other.test."])
        let none = try hostWorld(tiers, [.down, .down, .down])
        #expect(try none.ask("www.example.org", "TXT").answer == ["www.example.org. 10 IN CNAME one.example.org."])
    }

    @Test func hostPoolsThatLoopEndThere() throws {
        let world = try hostWorld(makeHostPool("h", .roundRobin, ["www.example.org"]))
        #expect(try world.data("www.example.org", "A") == ["www.example.org."])
    }

    @Test func healthIsReadAnewForEachAnswer() throws {
        let world = try TestWorld(zone: poolZone + "www POOL p\n", pools: [pool])
        #expect(try world.data("www.example.org", "A") == ["192.0.2.1", "192.0.2.2"])
        let down = HealthSnapshot(pools: [pool], conditions: [[[MemberCondition(.down)], [MemberCondition(.up)]]])
        world.state.publish(ServingState(image: world.state.current.image, health: down))
        #expect(try world.data("www.example.org", "A") == ["192.0.2.2"])
        world.state.update { ServingState(image: $0.image, health: HealthSnapshot(unprobed: [pool])) }
        #expect(try world.ask("www.example.org", "A").answer.allSatisfy { $0.contains(" 10 IN A ") })
        // The rotation belongs to the image, and goes on; an answer that had no turns to take did not count.
        #expect(try world.data("www.example.org", "A") == ["192.0.2.1", "192.0.2.2"])
    }

    @Test func aReaderSeesWhatIsPublished() throws {
        let world = try TestWorld(zone: poolZone)
        var reader = Published.Reader(world.state)
        let first = reader.value
        reader.refresh()
        #expect(reader.value === first)
        let second = ServingState(image: first.image, health: HealthSnapshot(unprobed: []))
        world.state.publish(second)
        #expect(reader.value === first)
        reader.refresh()
        #expect(reader.value === second)
    }

    @Test func decisions() {
        let up = MemberCondition(.up)
        let down = MemberCondition(.down)
        let two = makePool("p", .failover, ["192.0.2.1,192.0.2.2", "192.0.2.3"], tiers: [2, 1])
        let table: [(PoolPolicy, [[MemberCondition]], [[Bool]], Bool)] = [
            (.roundRobin, [[up, up], [up]], [[true, true], [true]], false),
            (.roundRobin, [[up, down], [down]], [[true, false], [false]], false),
            (.weighted, [[down, down], [MemberCondition(.degraded)]], [[false, false], [true]], false),
            (.weighted, [[down, down], [MemberCondition(.unknown)]], [[false, false], [true]], false),
            (.roundRobin, [[down, down], [down]], [[true, true], [true]], true),
            (.failover, [[up, up], [up]], [[false, false], [true]], false),
            (.failover, [[up, down], [down]], [[true, false], [false]], false),
            (.failover, [[up, down], [MemberCondition(.down, isChanging: true)]], [[true, false], [false]], false),
            (.failover, [[down, down], [down]], [[true, true], [true]], true),
        ]
        for (policy, conditions, inService, isFailOpen) in table {
            var pool = two
            pool.policy = policy
            let decision = ServiceDecision(pool, conditions)
            #expect(
                decision.isInService == inService && (decision.service.mode == .failOpen) == isFailOpen,
                "\(policy) \(conditions)")
        }
    }
}
