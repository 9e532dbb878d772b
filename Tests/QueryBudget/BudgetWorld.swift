// One zone with every kind of question that has a budget, and pools of every policy.

import DNSCore

/// What the budgets are counted on.
struct BudgetWorld {
    let state: Published<ServingState>

    init() throws {
        let pools = [
            Self.pool("round-robin", .roundRobin), Self.pool("weighted", .weighted), Self.pool("failover", .failover),
            Self.hostPool(), Self.pool("sticky", .sticky), Self.pool("prefer", .roundRobin, Self.preferences()),
            Self.nestedPool(), Self.largePool(), Self.pool("ailing", .roundRobin),
        ]
        let zone = try Self.exampleZone(pools)
        let image = ImageBox(ServingImage(zones: [zone], poolCount: pools.count, settings: Self.settings()))
        state = Published(ServingState(image: image, Self.served(pools)))
    }

    /// All are up, but for one target of the pool `ailing`.
    private static func served(_ pools: [PoolDefinition]) -> [ServedPool] {
        var conditions = pools.map { $0.targets.map { Array(repeating: MemberCondition(.up), count: $0.memberCount) } }
        var faults: [[[String?]]] = pools.map { _ in [] }
        for (number, pool) in pools.enumerated() where pool.name == "ailing" {
            conditions[number][2] = Array(repeating: MemberCondition(.down), count: pool.targets[2].memberCount)
            faults[number] = [[], [], ["dicom: timed out after 5 s"]]
        }
        return ServedPool.all(pools, conditions, faults: faults)
    }

    /// Everything that looks at a query is on.
    private static func settings() -> AnswerSettings {
        let prefix = { (text: String) in [AddressPrefix(text)].compactMap(\.self) }
        return AnswerSettings(
            identity: Array("budget".utf8), version: Array("budget".utf8), cookieSecrets: [.random(), .random()],
            access: AccessList(allow: prefix("127.0.0.0/8"), deny: prefix("192.0.2.0/24")),
            rateLimit: RateLimit(responsesPerSecond: 100_000), explainsTo: prefix("127.0.0.0/8"))
    }

    private static func pool(
        _ name: String, _ policy: PoolPolicy, _ preferences: PoolPreferences = PoolPreferences()
    ) -> PoolDefinition {
        PoolDefinition(
            name: name, policy: policy,
            targets: (1...3).map {
                TargetDefinition(
                    name: "t\($0)",
                    endpoint: .addresses([.v4(0xc000_0200 + UInt32($0)), .v6(0x2001_0db8 << 32, UInt64($0))]),
                    weight: UInt32($0), tier: $0, ownName: try? DomainName("t\($0).example.org"))
            }, preferences: preferences)
    }

    /// A thousand networks.
    private static func preferences() -> PoolPreferences {
        PoolPreferences(
            (0..<1_000).compactMap { number in
                AddressPrefix(.v4(0x0a00_0000 + UInt32(number) << 8), length: 24).map {
                    PoolPreferences.Entry(network: $0, targets: ["t\(number % 3 + 1)"])
                }
            })
    }

    private static func nestedPool() -> PoolDefinition {
        PoolDefinition(
            name: "nested", policy: .failover,
            targets: ["weighted", "round-robin"].enumerated().map { tier, name in
                TargetDefinition(name: name, endpoint: .pool(NestedPool(name: name)), tier: tier)
            })
    }

    private static func largePool() -> PoolDefinition {
        PoolDefinition(
            name: "large", policy: .weighted,
            targets: (1...64).map {
                TargetDefinition(
                    name: "t\($0)", endpoint: .addresses([.v4(0xc000_0200 + UInt32($0))]), weight: UInt32($0))
            })
    }

    private static func hostPool() -> PoolDefinition {
        PoolDefinition(
            name: "hosts", policy: .roundRobin,
            targets: ["www.example.org", "elsewhere.example.net"].compactMap { host in
                (try? DomainName(host)).map { TargetDefinition(name: host, endpoint: .host(HostEndpoint($0))) }
            })
    }

    private static func exampleZone(_ pools: [PoolDefinition]) throws(NameError) -> Zone {
        var builder = ZoneBuilder(apex: try DomainName("example.org"))
        let place = SourcePlace(file: builder.addFile("built in"), line: 1)
        let ns = try DomainName("ns1.example.org").wire
        let www = try DomainName("www.example.org").wire
        let numbers: [UInt8] = [0, 0, 0, 1, 0, 0, 28, 32, 0, 0, 3, 132, 0, 18, 117, 0, 0, 0, 0, 30]
        let records: [(String, RecordType, [UInt8])] = [
            ("example.org", .soa, ns + ns + numbers), ("example.org", .ns, ns), ("example.org", .mx, [0, 10] + www),
            ("ns1.example.org", .a, [192, 0, 2, 53]), ("www.example.org", .a, [192, 0, 2, 80]),
            ("*.wild.example.org", .a, [192, 0, 2, 90]), ("alias.example.org", .cname, www),
            ("sub.example.org", .ns, try DomainName("ns.sub.example.org").wire),
            ("ns.sub.example.org", .a, [192, 0, 2, 54]),
            ("_dicom._tcp.example.org", .srv, [0, 0, 0, 0, 43, 104] + (try DomainName("weighted.example.org").wire)),
        ]
        for (owner, type, data) in records {
            let name = try DomainName(owner).wire
            builder.add(owner: name.span, type: type, timeToLive: 300, data: data.span, at: place)
        }
        for pool in pools {
            let name = try DomainName("\(pool.name).example.org").wire
            builder.addPool(owner: name.span, timeToLive: 30, pool: pool.name, at: place)
        }
        for number in 1...3 {
            let name = try DomainName("t\(number).example.org").wire
            let address: [UInt8] = [192, 0, 2, UInt8(number)]
            builder.add(owner: name.span, type: .a, timeToLive: 300, data: address.span, at: place)
        }
        let service = try DomainName("_made._tcp.example.org").wire
        builder.addPool(owner: service.span, timeToLive: 30, pool: "failover", as: .services(port: 11_112), at: place)
        let sticky = try DomainName("sticky.example.org").wire
        // 1 . alpn=h2
        let data: [UInt8] = [0, 1, 0, 0, 1, 0, 3, 2, 0x68, 0x32]
        builder.addPool(owner: sticky.span, timeToLive: 30, pool: "sticky", as: .binding(.https, data: data), at: place)
        let (zone, diagnostics) = builder.finish(pools: pools, file: "built in")
        guard let zone else { preconditionFailure("\(diagnostics)") }
        return zone
    }
}
