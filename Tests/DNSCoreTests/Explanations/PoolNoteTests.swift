// Extended DNS Errors of pools (RFC 8914): who is told what, and when there is no room.

import DNSCore
import TestSupport
import Testing

@Suite struct PoolNoteTests {
    private static let everybody = ["0.0.0.0/0", "::/0"].compactMap { AddressPrefix($0) }

    private func world(
        _ pool: PoolDefinition, _ states: [HealthState], faults: [String?] = [], others: [PoolDefinition] = [],
        explainsTo: [AddressPrefix] = PoolNoteTests.everybody, more: String = "",
        _ change: (inout [[MemberCondition]]) -> Void = { _ in }
    ) throws -> TestWorld {
        var conditions = states.map { [MemberCondition($0)] }
        change(&conditions)
        let pools = [pool] + others
        let world = try TestWorld(
            zone: poolZone + "p 300 POOL \(pool.name)\n" + more, pools: pools,
            settings: AnswerSettings(explainsTo: explainsTo))
        let served =
            [ServedPool(pool, conditions, faults: faults.map { [$0] })]
            + others.map { other in ServedPool(other, other.targets.map { _ in [MemberCondition(.up)] }) }
        world.state.update { ServingState(image: $0.image, served) }
        return world
    }

    /// INFO-CODE and EXTRA-TEXT; nil if the answer has none.
    private func error(
        _ world: TestWorld, _ type: String = "A", name: String = "p", size: UInt16? = 1232,
        from client: String = "127.0.0.1", over transport: Transport = .udp
    ) throws -> String? {
        var packet = try QueryPacket(name + ".example.org", type)
        packet.edns = size.map { QueryPacket.EDNS(size: $0) }
        let octets = world.answer(packet.octets, over: transport, from: try #require(IPAddress(client)))
        #expect(LDNSMessage(octets) != nil)
        let options = (try MessageWalker(octets).options ?? []).filter { $0.code == 15 }
        #expect(options.count <= 1)
        return options.first.map { option in
            "\(option.data[0] << 8 | option.data[1]) \(String(decoding: option.data.dropFirst(2), as: UTF8.self))"
        }
    }

    private let two = makePool("pacs", .roundRobin, ["192.0.2.1", "192.0.2.2"])

    @Test func whatIsWrongIsSaid() throws {
        #expect(try error(try world(two, [.up, .up])) == nil)
        #expect(
            try error(try world(two, [.up, .down], faults: [nil, "dicom: timed out after 5 s"]))
                == "0 pacs: t1 down (dicom: timed out after 5 s); 1 of 2 in service")
        #expect(try error(try world(two, [.degraded, .up])) == "0 pacs: t0 degraded; 2 of 2 in service")
        #expect(try error(try world(two, [.up, .unknown])) == "0 pacs: t1 unknown; 2 of 2 in service")
        let drained = try world(two, [.up, .up]) { $0[0][0].override = .drained }
        #expect(try error(drained) == "0 pacs: t0 drained; 1 of 2 in service")
        let held = try world(two, [.up, .up]) { $0[0][0].isUncertain = true }
        #expect(try error(held) == "0 pacs: 2 of 2 in service, states are held")
        #expect(
            try error(try world(two, [.down, .down]))
                == "0 pacs: t0 down, t1 down; 0 of 2 in service, all are answered")
    }

    @Test func whatIsAnsweredInstead() throws {
        for (rule, text) in [
            (ServiceRules.WhenAllDown.closed, "no address answered"), (.lastKnown, "last known answered"),
            (.backup, "backup answered"), (.servfail, "no answer"),
        ] {
            var pool = two
            pool.service.whenAllDown = rule
            if rule == .backup { pool.service.backup = .pool("other") }
            let world = try world(pool, [.down, .down], others: [makePool("other", .roundRobin, ["192.0.2.9"])]) {
                $0[1][0].wasInService = true
            }
            #expect(try error(world) == "0 pacs: t0 down, t1 down; 0 of 2 in service, \(text)")
            #expect(try error(world, "AAAA") != nil)
            #expect(try error(world, "MX") == nil)
        }
    }

    /// Names of targets are for those only who may know them.
    @Test func outsidersAreNotTold() throws {
        let inside = [try #require(AddressPrefix("10.0.0.0/8"))]
        var world = try world(two, [.up, .down], explainsTo: inside)
        #expect(try error(world, from: "10.1.2.3") == "0 pacs: t1 down; 1 of 2 in service")
        #expect(try error(world, from: "10.1.2.3", over: .tcp) == "0 pacs: t1 down; 1 of 2 in service")
        #expect(try error(world, from: "11.1.2.3") == nil)
        #expect(try error(world, from: "2001:db8::1") == nil)
        var pool = two
        pool.service.whenAllDown = .servfail
        world = try self.world(pool, [.down, .down], explainsTo: inside)
        #expect(try error(world, from: "11.1.2.3") == "0 no target of the pool is in service")
    }

    @Test func nothingWithoutEDNS() throws {
        let world = try world(two, [.up, .down])
        #expect(try error(world, size: nil) == nil)
        #expect(try error(world, size: 0) != nil)
    }

    /// RFC 8914 §3: it may be left out. An answer is never longer, or truncated, for its sake.
    @Test func itTakesNoRoomFromRecords() throws {
        let addresses = (1...24).map { "2001:db8::\($0)" }.joined(separator: ",")
        for answers in 1...8 {
            let pool = makePool("pacs", .roundRobin, answers: answers, [addresses, "192.0.2.1"])
            let world = try world(pool, [.up, .down], faults: [nil, String(repeating: "long ", count: 40)]) {
                $0[0] = Array(repeating: MemberCondition(.up), count: 24)
            }
            let packet = try QueryPacket("p.example.org", "AAAA", edns: .init(size: 512))
            let octets = world.answer(packet.octets)
            let walker = try MessageWalker(octets)
            #expect(octets.count <= 512)
            #expect(walker.answer.count == answers)
            #expect(octets[2] & 2 == 0)
            let length = octets.count - (walker.options?.first.map { $0.data.count + 4 } ?? 0)
            #expect((walker.options?.isEmpty == false) == (length + 6 + 120 <= 512))
        }
    }

    @Test func itIsPrintableAndBounded() throws {
        let world = try world(
            two, [.up, .down], faults: [nil, "a\u{1b}[2J\u{202e}\n" + String(repeating: "ü", count: 200)])
        let text = try #require(try error(world))
        #expect(text.utf8.count <= 122)
        #expect(text.hasPrefix("0 pacs: t1 down (a [2J  üüü"))
        #expect(text.hasSuffix("ü...; 1 of 2 in service"))
        let name = makePool(String(repeating: "x", count: 300), .roundRobin, ["192.0.2.1", "192.0.2.2"])
        let long = ServedPool(name, [[MemberCondition(.up)], [MemberCondition(.down)]])
        world.state.update { ServingState(image: $0.image, [long]) }
        #expect(try error(world)?.utf8.count == 122)
    }

    /// A part of a target is not all of it.
    @Test func oneAddressOfSeveral() throws {
        let pool = makePool("pacs", .roundRobin, ["192.0.2.1,2001:db8::1"])
        let world = try world(pool, [.up]) { $0[0].append(MemberCondition(.down)) }
        #expect(try error(world) == "0 pacs: t0 2001:db8::1 down; 1 of 1 in service")
    }
}
