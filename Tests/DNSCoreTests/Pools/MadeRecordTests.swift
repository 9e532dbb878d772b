// SRV, SVCB and HTTPS made from pools, where more than one answer is right; the others are vectors in Vectors/pools.txt.

import DNSCore
import TestSupport
import Testing

@Suite struct MadeRecordTests {
    private func targets(_ count: Int) -> String {
        (1...count).map { "t\($0): {address: 192.0.2.\($0), name: t\($0).other.test}" }.joined(separator: ", ")
    }

    /// Clients that take the first record get every target in turn, and eight records are all that are sent.
    @Test func servicesTakeTurns() throws {
        let pools = try readPools("  p: {targets: {\(targets(10))}}")
        let world = try steeringWorld(pools, more: "s POOL p SRV 1\n")
        for round in 0..<20 {
            let hosts = try world.ask("s", "SRV").data.map { $0.split(separator: " ")[3] }
            #expect(hosts.map(String.init) == (0..<8).map { "t\(($0 + round) % 10 + 1).other.test." })
        }
    }

    /// Where targets have tiers, the first ones come first, however many there are.
    @Test func firstTiersComeFirst() throws {
        let pools = try readPools("  p: {policy: failover, answers: 3, targets: {\(targets(6))}}")
        let world = try steeringWorld(pools, down: ["p/t2"], more: "s POOL p SRV 1\n")
        for _ in 0..<5 {
            #expect(
                try world.ask("s", "SRV").data == [
                    "0 1 1 t1.other.test.", "2 1 1 t3.other.test.", "3 1 1 t4.other.test.",
                ])
        }
    }

    /// Weights in the proportion that operators wrote, as SRV has 16 bits for them.
    @Test func weightsFitSixteenBits() throws {
        let pools = try readPools(
            """
              p:
                policy: weighted
                targets:
                  a: {address: 192.0.2.1, weight: 900000, name: a.other.test}
                  b: {address: 192.0.2.2, weight: 100000, name: b.other.test}
                  c: {address: 192.0.2.3, weight: 1, name: c.other.test}
              q: {policy: weighted, targets: {x: {pool: p, weight: 3}, d: {address: 192.0.2.4, name: d.other.test}}}
            """)
        let world = try steeringWorld(pools, more: "s POOL p SRV 1\nn POOL q SRV 1\n")
        #expect(
            Set(try world.ask("s", "SRV").data) == [
                "0 65535 1 a.other.test.", "0 7282 1 b.other.test.", "0 1 1 c.other.test.",
            ])
        let weights = try world.ask("n", "SRV").data.map { $0.split(separator: " ") }
        let sum = weights.reduce(0) { $0 + (Int($1[1]) ?? 0) }
        let d = weights.first { $0[3] == "d.other.test." }.flatMap { Int($0[1]) } ?? 0
        #expect(weights.count == 4 && abs(Double(d) / Double(sum) - 0.25) < 0.001)
    }

    /// All weights zero: as equal as RFC 2782 lets them be.
    @Test func zerosAmongZeros() throws {
        let pools = try readPools(
            """
              p:
                policy: weighted
                targets:
                  a: {address: 192.0.2.1, weight: 0, name: a.other.test}
                  b: {address: 192.0.2.2, weight: 7, name: b.other.test}
            """)
        let more = "s POOL p SRV 1\n"
        #expect(try steeringWorld(pools, more: more).ask("s", "SRV").data == ["0 7 1 b.other.test."])
        #expect(try steeringWorld(pools, down: ["p/b"], more: more).ask("s", "SRV").data == ["0 0 1 a.other.test."])
    }

    /// Who prefers a target has it as first priority, and the others behind it.
    @Test func preferredServicesComeFirst() throws {
        let pools = try readPools(
            "  p: {policy: failover, targets: {\(targets(3))}, prefer: {10.0.0.0/8: [t3]}}")
        let world = try steeringWorld(pools, more: "s POOL p SRV 1\n")
        #expect(
            try world.ask("s", "SRV", from: "10.1.1.1").data == [
                "2 1 1 t3.other.test.", "3 1 1 t1.other.test.", "4 1 1 t2.other.test.",
            ])
        #expect(try world.ask("s", "SRV", subnet: "10.1.1.0/24").scope == 8)
        #expect(
            try steeringWorld(pools, down: ["p/t3"], more: "s POOL p SRV 1\n").ask("s", "SRV", from: "10.1.1.1").data
                == ["0 1 1 t1.other.test.", "1 1 1 t2.other.test."])
    }

    /// Hints are chosen as addresses are: by turns, by weight, by client, and by health.
    @Test func hintsFollowThePolicy() throws {
        let pools = try readPools(
            """
              r: {targets: {a: 192.0.2.1, b: 192.0.2.2}}
              w: {policy: weighted, answers: 2, targets: {a: {address: 192.0.2.1, weight: 3}, b: {address: 192.0.2.2, weight: 0}}}
              s: {policy: sticky, targets: {a: 192.0.2.1, b: 192.0.2.2}}
            """)
        let more = "hr POOL r HTTPS 1 r\nhw POOL w HTTPS 1 w\nhs POOL s HTTPS 1 s\n"
        let world = try steeringWorld(pools, more: more)
        for round in 0..<4 {
            let hints = round % 2 == 0 ? "192.0.2.1,192.0.2.2" : "192.0.2.2,192.0.2.1"
            #expect(try world.ask("hr", "HTTPS").data == ["1 r.example.org. ipv4hint=\(hints)"])
            // The addresses that went along have not taken anybody's turn.
            #expect(try world.ask("r").data.joined(separator: ",") == hints)
        }
        #expect(try world.ask("hw", "HTTPS").data == ["1 w.example.org. ipv4hint=192.0.2.1"])
        for network in 0..<20 {
            let subnet = "10.0.\(network).0/24"
            let address = try world.ask("s", subnet: subnet).data[0]
            #expect(
                try world.ask("hs", "HTTPS", subnet: subnet)
                    == SteeredAnswer(data: ["1 s.example.org. ipv4hint=\(address)"], scope: 24))
        }
        let down = try steeringWorld(pools, down: ["r/a"], more: more)
        #expect(try down.ask("hr", "HTTPS").data == ["1 r.example.org. ipv4hint=192.0.2.2"])
    }

    /// What does not fit is asked for again over TCP (RFC 2181 §9), where it is whole.
    @Test func whatDoesNotFitIsTruncated() throws {
        let long = String(repeating: "x", count: 60)
        let targets = (1...8).map { "t\($0): {address: 192.0.2.\($0), name: \(long).\(long)\($0).example.org}" }
        let records = (1...8).map { "\(long).\(long)\($0) A 192.0.2.\($0)\n" }.joined()
        let pools = try readPools("  p: {targets: {\(targets.joined(separator: ", "))}}")
        let world = try steeringWorld(pools, more: records + "s POOL p SRV 1\nh POOL p HTTPS 1 p alpn=\(long)\n")
        let packet = try QueryPacket("s.example.org", "SRV").octets
        let short = try #require(LDNSMessage(world.answer(packet)))
        #expect(short.flags.contains("tc") && short.answer.isEmpty && short.additional.isEmpty)
        let whole = try #require(LDNSMessage(world.answer(packet, over: .tcp)))
        #expect(whole.answer.count == 8 && whole.additional.count == 8 && !whole.flags.contains("tc"))
        // Addresses that do not fit are left out without a word.
        let some = try world.ask("s.example.org", "SRV")
        #expect(some.flags.contains("tc") == some.answer.isEmpty)
        #expect(try world.ask("h.example.org", "HTTPS").answer.count == 1)
    }

    /// Whoever has no address has nothing to say (NODATA), and the name exists.
    @Test func nobodyToName() throws {
        let pools = [PoolDefinition(name: "p", policy: .roundRobin, targets: [])]
        let world = try steeringWorld(pools, more: "s POOL p SRV 1\nh POOL p HTTPS 1 p\n")
        for (name, type) in [("s", "SRV"), ("h", "HTTPS"), ("s", "ANY")] {
            let message = try world.ask("\(name).example.org", type)
            #expect(message.code == 0 && message.answer.isEmpty && message.authority.count == 1)
        }
    }
}
