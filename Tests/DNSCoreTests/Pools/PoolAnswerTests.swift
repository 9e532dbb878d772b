// What pools answer: rotation, tiers, weights, TTLs. All of it exact, as chance is seeded.

import DNSCore
import TestSupport
import Testing

/// Makes a pool of address targets, each written `name=address,address`, with weights and tiers in their order.
func makePool(
    _ name: String, _ policy: PoolPolicy, answers: Int? = nil, _ targets: [String], weights: [UInt32] = [],
    tiers: [Int] = []
) -> PoolDefinition {
    PoolDefinition(
        name: name, policy: policy, answers: answers,
        targets: targets.enumerated().map { index, text in
            TargetDefinition(
                name: "t\(index)",
                endpoint: .addresses(text.split(separator: ",").compactMap { IPAddress(String($0)) }),
                weight: index < weights.count ? weights[index] : 1, tier: index < tiers.count ? tiers[index] : 0)
        })
}

/// Makes a pool of host names.
func makeHostPool(_ name: String, _ policy: PoolPolicy, _ hosts: [String], weights: [UInt32] = []) -> PoolDefinition {
    PoolDefinition(
        name: name, policy: policy,
        targets: hosts.enumerated().map { index, host in
            TargetDefinition(
                name: host, endpoint: .host(HostEndpoint((try? DomainName(host)) ?? .root)),
                weight: index < weights.count ? weights[index] : 1)
        })
}

let poolZone = "$TTL 300\n@ SOA ns h 1 2 3 4 60\n@ NS ns\nns A 192.0.2.1\n"

@Suite struct PoolAnswerTests {
    private let three = ["192.0.2.1,2001:db8::1", "192.0.2.2,2001:db8::2", "192.0.2.3"]

    /// One pool, at `www`, with a condition for each target's members.
    private func world(
        _ pool: PoolDefinition, _ states: [HealthState] = [], changing: Set<Int> = [], ttl: Int = 300, seed: UInt64 = 1
    ) throws -> TestWorld {
        let conditions = pool.targets.enumerated().map { index, target in
            Array(
                repeating: MemberCondition(
                    index < states.count ? states[index] : .up, isChanging: changing.contains(index)),
                count: target.memberCount)
        }
        return try TestWorld(
            zone: poolZone + "www \(ttl) POOL \(pool.name)\n", pools: [pool], conditions: [conditions], seed: seed)
    }

    @Test func rotationIsStrictForEachFamily() throws {
        let world = try world(makePool("p", .roundRobin, three))
        for round in 0..<300 {
            let four = (0..<3).map { "192.0.2.\(($0 + round) % 3 + 1)" }
            #expect(try world.data("www.example.org", "A") == four)
            let six = (0..<2).map { "2001:db8::\(($0 + round) % 2 + 1)" }
            #expect(try world.data("www.example.org", "AAAA") == six)
        }
    }

    @Test func answersLimitsRotationWithoutRepetition() throws {
        let world = try world(makePool("p", .roundRobin, answers: 2, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]))
        for round in 0..<30 {
            #expect(try world.data("www.example.org", "A") == (0..<2).map { "192.0.2.\(($0 + round) % 3 + 1)" })
        }
    }

    @Test func moreThanThereAreIsAll() throws {
        let world = try world(makePool("p", .roundRobin, answers: 8, ["192.0.2.1", "192.0.2.2"]))
        #expect(try world.data("www.example.org", "A") == ["192.0.2.1", "192.0.2.2"])
    }

    @Test func eightAtMost() throws {
        let targets = (1...20).map { "192.0.2.\($0)" }
        let world = try world(makePool("p", .roundRobin, targets))
        for round in 0..<40 {
            #expect(try world.data("www.example.org", "A") == (0..<8).map { targets[($0 + round) % 20] })
        }
    }

    @Test func whoIsDownIsLeftOut() throws {
        let world = try world(makePool("p", .roundRobin, three), [.up, .down, .degraded])
        // Who is degraded as well, while somebody is up.
        #expect(try world.data("www.example.org", "A") == ["192.0.2.1"])
        #expect(try world.data("www.example.org", "AAAA") == ["2001:db8::1"])
    }

    @Test func failoverServesTheFirstTierInService() throws {
        let pool = makePool("p", .failover, ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"], tiers: [1, 1, 2, 7])
        let cases: [([HealthState], Set<String>)] = [
            ([.up, .up, .up, .up], ["192.0.2.1", "192.0.2.2"]), ([.down, .up, .up, .up], ["192.0.2.2"]),
            // Who is degraded comes after who is up, whatever the tier.
            ([.down, .degraded, .up, .up], ["192.0.2.3"]), ([.down, .degraded, .down, .down], ["192.0.2.2"]),
            ([.down, .down, .up, .up], ["192.0.2.3"]),
            ([.down, .down, .down, .up], ["192.0.2.4"]), ([.down, .down, .down, .unknown], ["192.0.2.4"]),
            // Fail open: all tiers.
            ([.down, .down, .down, .down], ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]),
        ]
        for (states, expected) in cases {
            #expect(Set(try world(pool, states).data("www.example.org", "A")) == expected, "\(states)")
        }
    }

    /// The tier is chosen before the family: nobody falls back to a worse site for want of an IPv6 address.
    @Test func failoverHasNoDataForAFamilyThatItsTierLacks() throws {
        let pool = makePool("p", .failover, ["192.0.2.1", "192.0.2.2,2001:db8::2"], tiers: [1, 2])
        let message = try world(pool).ask("www.example.org", "AAAA")
        #expect(message.answer == [] && message.code == 0 && message.authority.count == 1)
    }

    @Test func weightedAnswersDoNotRepeat() throws {
        let targets = (1...6).map { "192.0.2.\($0)" }
        let world = try world(makePool("p", .weighted, answers: 4, targets, weights: [1, 2, 3, 4, 5, 6]), seed: 7)
        var first = [String: Int]()
        for _ in 0..<2_100 {
            let data = try world.data("www.example.org", "A")
            #expect(data.count == 4 && Set(data).count == 4 && Set(data).isSubset(of: targets))
            first[data[0], default: 0] += 1
        }
        for (index, target) in targets.enumerated() {
            #expect(abs((first[target] ?? 0) - 100 * (index + 1)) <= 3, "\(first)")
        }
    }

    @Test func zeroWeightsAreDrawnOnlyAmongZeros() throws {
        let pool = makePool("p", .weighted, answers: 3, ["192.0.2.1", "192.0.2.2", "192.0.2.3"], weights: [0, 5, 0])
        #expect(try world(pool).data("www.example.org", "A") == ["192.0.2.2"])
        #expect(Set(try world(pool, [.up, .down, .up]).data("www.example.org", "A")) == ["192.0.2.1", "192.0.2.3"])
    }

    @Test func aWeightedTargetAnswersWithItsAddresses() throws {
        let targets = ["192.0.2.1,192.0.2.2,2001:db8::1", "192.0.2.9"]
        let world = try world(makePool("p", .weighted, answers: 2, targets, weights: [1, 0]))
        var first = Set<String>()
        for _ in 0..<50 {
            let data = try world.data("www.example.org", "A")
            #expect(Set(data) == ["192.0.2.1", "192.0.2.2"])
            first.insert(data[0])
        }
        #expect(first.count == 2)
        #expect(try world.data("www.example.org", "AAAA") == ["2001:db8::1"])
    }

    @Test func timesToLiveAreCapped() throws {
        let pool = makePool("p", .roundRobin, ["192.0.2.1", "192.0.2.2"])
        let cases: [([HealthState], Set<Int>, ttl: Int, expected: String)] = [
            ([.up, .up], [], 300, "300"), ([.up, .down], [], 300, "300"), ([.up, .degraded], [], 300, "300"),
            ([.up, .up], [1], 300, "15"), ([.up, .down], [1], 300, "15"), ([.up, .up], [0], 12, "12"),
            ([.down, .down], [], 300, "10"), ([.unknown, .up], [], 300, "10"), ([.unknown, .up], [1], 300, "10"),
            ([.down, .down], [0], 300, "10"), ([.down, .down], [], 5, "5"), ([.unknown, .unknown], [], 0, "0"),
        ]
        for (states, changing, ttl, expected) in cases {
            let message = try world(pool, states, changing: changing, ttl: ttl).ask("www.example.org", "A")
            #expect(!message.answer.isEmpty)
            for record in message.answer {
                #expect(record.split(separator: " ")[1] == expected, "\(states) \(changing)")
            }
        }
    }

    @Test func nobodyInServiceMeansEverybody() throws {
        let world = try world(makePool("p", .roundRobin, three), [.down, .down, .down])
        #expect(Set(try world.data("www.example.org", "A")) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    }

    @Test func otherTypesHaveNoData() throws {
        let world = try world(makePool("p", .roundRobin, ["192.0.2.1"]))
        for type in ["AAAA", "TXT", "CNAME", "MX", "TYPE0", "TYPE65280"] {
            let message = try world.ask("www.example.org", type)
            #expect(message.code == 0 && message.answer == [] && message.flags == ["qr", "aa"], "\(type)")
            #expect(message.authority == ["example.org. 60 IN SOA ns.example.org. h.example.org. 1 2 3 4 60"])
        }
    }

    @Test func anyGivesOneFamily() throws {
        #expect(try world(makePool("p", .roundRobin, three)).data("www.example.org", "ANY").count == 3)
        let six = makePool("p", .roundRobin, ["2001:db8::1", "2001:db8::2"])
        #expect(try world(six).data("www.example.org", "ANY") == ["2001:db8::1", "2001:db8::2"])
    }
}
