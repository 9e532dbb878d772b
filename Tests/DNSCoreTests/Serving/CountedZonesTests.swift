// Which zones have counters of their own, and what an answer says of itself to who counts it.

import DNSCore
import TestSupport
import Testing

@Suite struct CountedZonesTests {
    private func zone(_ origin: String, records: Int = 0, pool: Bool = false) throws -> Zone {
        let more = (0..<records).map { "h\($0) 60 A 192.0.2.1\n" }.joined() + (pool ? "p 60 IN POOL pacs\n" : "")
        let targets = [TargetDefinition(name: "a", endpoint: .addresses([.v4(0xc000_0201)]))]
        return try makeZone(
            "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns.other.test.\n" + more, origin: origin,
            pools: [PoolDefinition(name: "pacs", policy: .roundRobin, targets: targets)])
    }

    private func name(_ number: Int) -> String { "z\(number).test" }

    @Test func poolsComeFirstAndThenSize() throws {
        var counted = CountedZones()
        counted.add([try zone("small.test"), try zone("large.test", records: 5), try zone("pool.test", pool: true)])
        #expect(counted.apexes.map(\.description) == ["pool.test.", "large.test.", "small.test."])
        #expect(counted.number(of: try DomainName("pool.test")) == 2)
        #expect(counted.number(of: try DomainName("LARGE.test")) == 3)
        #expect(counted.number(of: try DomainName("unknown.test")) == CountedZones.others)
    }

    /// What a zone was counted under once, nothing else is, or a counter would go back or jump.
    @Test func numbersAreKept() throws {
        var counted = CountedZones()
        counted.add([try zone("b.test")], unavailable: [try DomainName("broken.test")])
        counted.add([try zone("a.test", records: 9)])
        counted.add([try zone("b.test", records: 90)])
        #expect(counted.apexes.map(\.description) == ["b.test.", "broken.test.", "a.test."])
    }

    @Test func numbersEnd() throws {
        var counted = CountedZones()
        let zones = try (0..<CountedZones.limit + 20).map { try zone(name($0)) }
        counted.add(zones)
        counted.add([try zone("late.test", records: 50, pool: true)], unavailable: [try DomainName("bad.test")])
        #expect(counted.apexes.count == CountedZones.limit)
        #expect(Set(zones.map { counted.number(of: $0.apex) }).count == CountedZones.limit + 1)
        #expect(zones.allSatisfy { counted.number(of: $0.apex) < CountedZones.count })
        #expect(counted.number(of: try DomainName("late.test")) == CountedZones.others)
        #expect(counted.number(of: try DomainName("bad.test")) == CountedZones.others)
    }

    /// The zone of the question counts, wherever a CNAME leads.
    @Test func summaries() throws {
        let first = try makeZone(
            "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns.c.test.\nto 60 CNAME nowhere.b.test.\n", origin: "a.test")
        let second = try zone("b.test")
        var counted = CountedZones()
        counted.add([first, second])
        let world = TestWorld([second, first], counted: counted)
        func summary(_ name: String) throws -> [Int] {
            _ = try world.ask(name, "A")
            return [Int(world.summary.zone), Int(world.summary.code)]
        }
        let (a, b) = (Int(counted.number(of: first.apex)), Int(counted.number(of: second.apex)))
        #expect(a != b && a > 1 && b > 1)
        #expect(try summary("to.a.test") == [a, 3])
        #expect(try summary("none.b.test") == [b, 3])
        #expect(try summary("b.test") == [b, 0])
        #expect(try summary("c.test") == [Int(CountedZones.none), 5])
        // A version of EDNS that we do not know: the code is longer than the header's four bits.
        var packet = try QueryPacket("b.test", "A", edns: .init(size: 1232))
        packet.edns?.version = 1
        #expect(try #require(LDNSMessage(world.answer(packet.octets))).answer.isEmpty)
        #expect(world.summary.code == 16)
        _ = world.answer([0, 1, 0x28, 0] + [UInt8](repeating: 0, count: 8))
        #expect(world.summary.code == 4 && world.summary.zone == CountedZones.none)
    }
}
