// A fingerprint is kept in state files: the same for equal definitions in each run, another one for each that differs.

import DNSCore
import Testing

@Suite struct FingerprintTests {
    private static let pool = PoolDefinition(
        name: "pacs", policy: .weighted, answers: 2,
        targets: [
            TargetDefinition(name: "a", endpoint: .addresses([.v4(0xC000_0201), .v6(0x2001_0db8 << 32, 1)])),
            TargetDefinition(name: "b", endpoint: .pool(NestedPool(name: "other"))),
        ],
        preferences: PoolPreferences([
            PoolPreferences.Entry(network: AddressPrefix("192.0.2.0/24")!, targets: ["a"])
        ]))

    private static func changed(_ change: (inout PoolDefinition) -> Void) -> PoolDefinition {
        var pool = pool
        change(&pool)
        return pool
    }

    private static func host(_ change: (inout HostEndpoint) -> Void = { _ in }) -> PoolDefinition {
        var host = HostEndpoint(try! DomainName("a.example.com."), addresses: [.v4(0xC000_0201)], timeToLive: 60)
        change(&host)
        return changed { $0.targets[0].endpoint = .host(host) }
    }

    private static func entry(_ network: String, _ targets: [String]) -> PoolPreferences {
        PoolPreferences([PoolPreferences.Entry(network: AddressPrefix(network)!, targets: targets)])
    }

    /// One for each field, and for each case of a field.
    private static let others: [PoolDefinition] = [
        changed { $0.name = "pac" },
        changed { $0.policy = .sticky },
        changed { $0.answers = nil },
        changed { $0.targets.swapAt(0, 1) },
        changed { _ = $0.targets.removeLast() },
        changed { $0.targets[0].name = "A" },
        changed { $0.targets[0].weight = 2 },
        changed { $0.targets[0].tier = 1 },
        changed { $0.targets[0].ownName = try! DomainName("a.example.com.") },
        changed { $0.targets[0].endpoint = .addresses([.v4(0xC000_0202), .v6(0x2001_0db8 << 32, 1)]) },
        changed { $0.targets[0].endpoint = .addresses([.v4(0xC000_0201), .v6(0x2001_0db8 << 32, 2)]) },
        changed { $0.targets[0].endpoint = .addresses([.v4(0xC000_0201)]) },
        changed { $0.targets[1].endpoint = .pool(NestedPool(name: "another")) },
        changed { $0.targets[1].endpoint = .pool(NestedPool(name: "other", hasHosts: true)) },
        host(),
        host { $0.name = try! DomainName("b.example.com.") },
        host { $0.isFlattened = true },
        host { $0.addresses = [] },
        changed { $0.preferences = PoolPreferences() },
        changed { $0.preferences = entry("192.0.2.0/25", ["a"]) },
        changed { $0.preferences = entry("198.51.100.0/24", ["a"]) },
        changed { $0.preferences = entry("192.0.2.0/24", ["a", "b"]) },
        changed { $0.service.minimumHealthy = .count(2) },
        changed { $0.service.minimumHealthy = .percent(1) },
        changed { $0.service.whenAllDown = .closed },
        changed { $0.service.degraded = .equal },
        changed { $0.service.degraded = .lowerWeight(tenths: 3) },
        changed { $0.service.backup = .pool("other") },
        changed { $0.service.backup = .addresses([.v4(0xC000_0209)]) },
        changed { $0.service.backup = .host(try! DomainName("other.")) },
    ]

    @Test func eachDifferenceMakesAnother() {
        let all = [Self.pool] + Self.others
        #expect(Set(all.map(\.fingerprint)).count == all.count)
        #expect(all.allSatisfy { $0.fingerprint.count == 16 })
    }

    /// The value is written to disks: if this fails, rows of earlier versions are of unknown configurations.
    @Test func theSameInEachRun() {
        #expect(Self.pool.fingerprint == "6dd8a416c5f463c6")
    }

    /// Host names are looked up again and again; what resolvers have left of a TTL is another number each time.
    @Test func theTimeToLiveOfAHostDoesNotCount() {
        #expect(Self.host().fingerprint == Self.host { $0.timeToLive = 30 }.fingerprint)
    }

    /// Who adds a field must add it to the fingerprint, too, and to `others`.
    @Test func noFieldIsForgotten() {
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        #expect(count(Self.pool) == 6)
        #expect(count(Self.pool.targets[0]) == 5)
        #expect(count(Self.pool.service) == 4)
        #expect(count(Self.pool.preferences.entries[0]) == 2)
        #expect(count(NestedPool(name: "")) == 2)
        #expect(count(HostEndpoint(.root)) == 4)
    }
}
