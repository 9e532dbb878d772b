// Hosts that are answered as addresses: at the apex, under a wildcard, in SRV and HTTPS, beside plain addresses.

import DNSCore
import TestSupport
import Testing

@Suite struct FlattenedHostTests {
    private func host(
        _ name: String, _ addresses: [String], ttl: UInt32 = 60, own: String? = nil, flattened: Bool = true
    ) throws -> TargetDefinition {
        let endpoint = HostEndpoint(
            try DomainName(name), isFlattened: flattened, addresses: addresses.compactMap { IPAddress($0) },
            timeToLive: ttl)
        return TargetDefinition(name: name, endpoint: .host(endpoint), ownName: try own.map { try DomainName($0) })
    }

    private func plain(_ address: String) throws -> TargetDefinition {
        TargetDefinition(name: address, endpoint: .addresses([try #require(IPAddress(address))]))
    }

    /// The zone is made for the pool as it is written, without addresses.
    private func world(
        _ targets: [TargetDefinition], _ states: [[HealthState]]? = nil, zone: String
    ) throws -> TestWorld {
        let pool = PoolDefinition(name: "p", policy: .roundRobin, targets: targets)
        var written = pool
        for index in targets.indices {
            guard case .host(var host) = targets[index].endpoint else { continue }
            host.addresses = []
            written.targets[index].endpoint = .host(host)
        }
        let conditions =
            states?.map { $0.map { MemberCondition($0) } }
            ?? targets.map { Array(repeating: MemberCondition(.up), count: $0.memberCount) }
        return TestWorld(
            [try makeZone(poolZone + zone, origin: "example.org", pools: [written])], pools: [pool],
            conditions: [conditions])
    }

    @Test func atTheApexAndUnderAWildcardWithTheLowerTimeToLive() throws {
        let targets = [
            try host("a.cloud.test", ["192.0.2.1", "2001:db8::1"], ttl: 40),
            try host("b.cloud.test", ["192.0.2.2"], ttl: 90),
            try plain("192.0.2.3"),
        ]
        let world = try world(targets, zone: "@ 300 POOL p\n*.w 20 POOL p\n")
        #expect(Set(try world.data("example.org", "A")) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        #expect(try world.data("example.org", "AAAA") == ["2001:db8::1"])
        #expect(try world.ask("example.org", "A").answer.allSatisfy { $0.contains(" 40 ") || $0.contains("\t40\t") })
        #expect(
            try world.ask("x.w.example.org", "A").answer.allSatisfy { $0.contains(" 20 ") || $0.contains("\t20\t") })
        // Other records stand beside it, as it is no CNAME.
        #expect(try world.data("example.org", "NS").count == 1)
    }

    @Test func eachAddressHasAHealthOfItsOwn() throws {
        let targets = [
            try host("a.cloud.test", ["192.0.2.1", "192.0.2.2"]), try host("b.cloud.test", ["2001:db8::1"]),
        ]
        let world = try world(targets, [[.down, .up], [.down]], zone: "www 300 POOL p\n")
        #expect(try world.data("www.example.org", "A") == ["192.0.2.2"])
        #expect(try world.data("www.example.org", "AAAA") == [])
    }

    /// Two names of one machine.
    @Test func anAddressComesOnce() throws {
        let targets = [
            try host("a.cloud.test", ["192.0.2.1", "192.0.2.2"]), try host("b.cloud.test", ["192.0.2.2"]),
            try plain("192.0.2.1"),
        ]
        let world = try world(targets, zone: "www 300 POOL p\n")
        for _ in 0..<4 { #expect(try world.data("www.example.org", "A").sorted() == ["192.0.2.1", "192.0.2.2"]) }
    }

    @Test func servicesPointAtTheHostAndHintsHaveItsAddresses() throws {
        let targets = [
            try host("a.cloud.test", ["192.0.2.1"]), try host("b.cloud.test", ["192.0.2.2"], own: "b.example.org"),
        ]
        let world = try world(
            targets, [[.up], [.up]],
            zone: "_d._tcp 300 POOL p SRV 11112\n@ 300 POOL p\n@ 300 POOL p HTTPS 1 .\nb A 192.0.2.2\n")
        #expect(
            Set(try world.data("_d._tcp.example.org", "SRV"))
                == ["0 1 11112 a.cloud.test.", "0 1 11112 b.example.org."])
        let hints = try world.data("example.org", "HTTPS")
        #expect(hints.count == 1 && hints[0].contains("192.0.2.1") && hints[0].contains("192.0.2.2"))
    }

    /// That nothing is known is no answer that may be kept.
    @Test func withoutAnyAddressItFails() throws {
        let unknown = [try host("a.cloud.test", []), try host("b.cloud.test", [])]
        for states in [[[HealthState.down], [.down]], [[.unknown], [.unknown]]] {
            let world = try world(unknown, states, zone: "www 300 POOL p\n")
            #expect(try world.ask("www.example.org", "A").code == 2)
        }
        let known = [try host("a.cloud.test", []), try plain("192.0.2.1")]
        for states in [[[HealthState.down], [.up]], [[.unknown], [.up]], [[.down], [.down]]] {
            let world = try world(known, states, zone: "www 300 POOL p\n")
            #expect(try world.data("www.example.org", "A") == ["192.0.2.1"])
        }
    }

    /// A host that is answered as CNAME is there while one of its addresses is.
    @Test func aliasesHaveMembersToo() throws {
        let targets = [
            try host("a.cloud.test", ["192.0.2.1", "192.0.2.2"], ttl: 5, flattened: false),
            try host("b.cloud.test", ["192.0.2.3"], flattened: false),
        ]
        var world = try world(targets, [[.down, .up], [.down]], zone: "www 300 POOL p\n")
        for _ in 0..<3 { #expect(try world.data("www.example.org", "A") == ["a.cloud.test."]) }
        // The TTL of a CNAME has nothing to do with that of the addresses behind it.
        #expect(try world.ask("www.example.org", "CNAME").answer.allSatisfy { $0.contains("300") })
        world = try self.world(targets, [[.down, .down], [.up]], zone: "www 300 POOL p\n")
        for _ in 0..<3 { #expect(try world.data("www.example.org", "A") == ["b.cloud.test."]) }
    }

    @Test func zonesTellWhatHostsOfTheirsAre() throws {
        let zone = try makeZone(
            """
            $TTL 300
            @ SOA ns h 1 2 3 4 60
            @ NS ns
            ns A 192.0.2.1
            both 60 A 192.0.2.2
            both 60 A 192.0.2.3
            both 40 AAAA 2001:db8::2
            near CNAME both
            far CNAME www.example.net.
            *.wild A 192.0.2.4
            sub NS ns.sub
            ns.sub A 192.0.2.5
            old DNAME new.example.net.
            text TXT "x"
            pool 30 POOL p

            """, origin: "example.org", pools: [makePool("p", .roundRobin, ["192.0.2.9"])])
        func data(_ name: String) throws -> Zone.HostData { zone.hostData(of: try DomainName(name + ".example.org")) }
        let addresses = ["192.0.2.2", "192.0.2.3", "2001:db8::2"].compactMap { IPAddress($0) }
        #expect(try data("BOTH") == .addresses(addresses, timeToLive: 40))
        #expect(try data("near") == .alias(DomainName("both.example.org")))
        #expect(try data("far") == .alias(DomainName("www.example.net")))
        #expect(try data("a.wild") == .addresses([.v4(0xc000_0204)], timeToLive: 300))
        #expect(try data("a.sub") == .elsewhere && data("a.old") == .elsewhere)
        #expect(try data("text") == .nothing && data("missing") == .nothing)
        #expect(try data("pool") == .pool(0))
    }
}
