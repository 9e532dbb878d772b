// Zones to ask, built without files.

import DNSCore

/// One zone, example.org, and one pool in it.
final class World: Sendable {
    let image: ImageBox
    let health: HealthSnapshot

    init(names: Int, pool policy: PoolPolicy = .roundRobin, targets: Int = 2) {
        let pool = PoolDefinition(
            name: "pool", policy: policy, answers: 1,
            targets: (0..<targets).map {
                TargetDefinition(
                    name: "t\($0)", endpoint: .addresses([.v4(0xc000_0200 + UInt32($0))]), weight: 1, tier: $0)
            })
        do {
            let zone = try Self.zone(names: names, pool)
            // As the server has it by default: cookies are answered.
            let settings = AnswerSettings(identity: Array("micro".utf8), cookieSecrets: [.random()])
            image = ImageBox(ServingImage(zones: [zone], poolCount: 1, settings: settings))
        } catch { preconditionFailure("\(error)") }
        health = HealthSnapshot(unprobed: [pool])
    }

    private static func zone(names: Int, _ pool: PoolDefinition) throws(NameError) -> Zone {
        var builder = ZoneBuilder(apex: try DomainName("example.org"))
        let place = SourcePlace(file: builder.addFile("built in"), line: 1)
        let ns = try DomainName("ns1.example.org").wire
        let www = try DomainName("www.example.org").wire
        let numbers: [UInt8] = [0, 0, 0, 1, 0, 0, 28, 32, 0, 0, 3, 132, 0, 18, 117, 0, 0, 0, 0, 30]
        var records: [(String, RecordType, [UInt8])] = [
            ("example.org", .soa, ns + ns + numbers), ("example.org", .ns, ns), ("example.org", .mx, [0, 10] + www),
            ("ns1.example.org", .a, [192, 0, 2, 53]), ("www.example.org", .a, [192, 0, 2, 80]),
            ("*.wild.example.org", .a, [192, 0, 2, 90]), ("alias.example.org", .cname, www),
        ]
        for host in 0..<names {
            records.append(
                ("h\(host).example.org", .a, [198, UInt8(host >> 16), UInt8(host >> 8 & 255), UInt8(host & 255)]))
        }
        for host in 0..<UInt8(64) {
            records.append(("many.example.org", .a, [203, 0, 113, host]))
            if host < 8 { records.append(("eight.example.org", .a, [203, 0, 113, host])) }
        }
        for (owner, type, data) in records {
            let name = try DomainName(owner).wire
            builder.add(owner: name.span, type: type, timeToLive: 300, data: data.span, at: place)
        }
        let name = try DomainName("pool.example.org").wire
        builder.addPool(owner: name.span, timeToLive: 30, pool: pool.name, at: place)
        let (zone, diagnostics) = builder.finish(pools: [pool], file: "built in")
        guard let zone else { preconditionFailure("\(diagnostics)") }
        return zone
    }
}
