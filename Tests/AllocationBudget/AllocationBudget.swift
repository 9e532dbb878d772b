// The budget of the query path: no allocation per UDP query, in a release build, from the receive call to the send
// call. Prints a line for each kind of question, and ends with 1 if one of them allocates.

import CAllocationCounter
import DNSCore
import Glibc
import Listeners

@main
struct AllocationBudget {
    static let warmUp: Int32 = 1000
    static let queries: Int32 = 20_000

    static func main() throws {
        let pools = [
            pool("round-robin", .roundRobin), pool("weighted", .weighted), pool("failover", .failover), hostPool(),
        ]
        let image = ImageBox(
            ServingImage(zones: [try exampleZone(pools)], poolCount: pools.count, settings: settings()))
        let state = Published(ServingState(image: image, health: HealthSnapshot(unprobed: pools)))
        let (listener, port) = try listen(state)
        try listener.start()
        var failures = 0
        for (label, name, type, options) in questions.map({ ($0.0, $0.1, $0.2, []) }) + withOptions {
            let packet = query(name, type, options)
            var answer = [UInt8](repeating: 0, count: 4096)
            var length = 0
            unsafe precondition(ask(port, packet, packet.count, warmUp, &answer, &length) == warmUp, "all are answered")
            let before = allocation_count()
            let answered = unsafe ask(port, packet, packet.count, queries, &answer, &length)
            let allocations = allocation_count() - before
            let isGood = allocations == 0 && answered == queries
            if !isGood { failures += 1 }
            print(
                "\(isGood ? "ok    " : "NOT OK") \(label): \(allocations) allocations in \(answered) of \(queries) queries, "
                    + "rcode \(answer[3] & 15), \(answer[7]) answers")
        }
        listener.stop()
        print("\(questions.count + withOptions.count - failures) passed, \(failures) failed")
        exit(failures == 0 ? 0 : 1)
    }

    static let questions: [(String, String, RecordType)] = [
        ("static data", "www.example.org", .a),
        ("no such name", "nothing.example.org", .a),
        ("no such type", "www.example.org", .mx),
        ("wildcard", "any.wild.example.org", .a),
        ("CNAME chain", "alias.example.org", .a),
        ("delegation", "host.sub.example.org", .a),
        ("MX with addresses", "example.org", .mx),
        ("pool, round-robin", "round-robin.example.org", .a),
        ("pool, round-robin, AAAA", "round-robin.example.org", .aaaa),
        ("pool, weighted", "weighted.example.org", .a),
        ("pool, failover", "failover.example.org", .a),
        ("pool of hosts", "hosts.example.org", .a),
        ("refused", "example.com", .a),
    ]

    /// Queries with EDNS options.
    static let withOptions: [(String, String, RecordType, [UInt8])] = [
        ("cookie", "www.example.org", .a, [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("cookie that is not ours", "www.example.org", .a, [0, 10, 0, 24, 1] + [UInt8](repeating: 1, count: 23)),
        ("NSID", "www.example.org", .a, [0, 3, 0, 0]),
        ("client subnet", "round-robin.example.org", .a, [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2]),
        ("SRV to a pool", "_dicom._tcp.example.org", .srv, []),
    ]

    /// Everything that looks at a query is on.
    static func settings() -> AnswerSettings {
        let prefix = { (text: String) in [AddressPrefix(text)].compactMap(\.self) }
        return AnswerSettings(
            identity: Array("budget".utf8), version: Array("budget".utf8), cookieSecrets: [.random(), .random()],
            access: AccessList(allow: prefix("127.0.0.0/8"), deny: prefix("192.0.2.0/24")),
            rateLimit: RateLimit(responsesPerSecond: 100_000))
    }

    static func pool(_ name: String, _ policy: PoolPolicy) -> PoolDefinition {
        PoolDefinition(
            name: name, policy: policy,
            targets: (1...3).map {
                TargetDefinition(
                    name: "t\($0)",
                    endpoint: .addresses([.v4(0xc000_0200 + UInt32($0)), .v6(0x2001_0db8 << 32, UInt64($0))]),
                    weight: UInt32($0), tier: $0)
            })
    }

    static func hostPool() -> PoolDefinition {
        PoolDefinition(
            name: "hosts", policy: .roundRobin,
            targets: ["www.example.org", "elsewhere.example.net"].compactMap { host in
                (try? DomainName(host)).map { TargetDefinition(name: host, endpoint: .host($0)) }
            })
    }

    static func exampleZone(_ pools: [PoolDefinition]) throws(NameError) -> Zone {
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
        let (zone, diagnostics) = builder.finish(pools: pools, file: "built in")
        guard let zone else { preconditionFailure("\(diagnostics)") }
        return zone
    }

    static func listen(_ state: Published<ServingState>) throws -> (UDPListener, UInt16) {
        for port in UInt16(15_400)...15_499 {
            if let listener = try? UDPListener(address: .v4(0x7f00_0001), port: port, workers: 1, state: state) {
                return (listener, port)
            }
        }
        preconditionFailure("one port of a hundred is free")
    }

    /// A query with an OPT record.
    static func query(_ name: String, _ type: RecordType, _ options: [UInt8]) -> [UInt8] {
        let wire = (try? DomainName(name))?.wire ?? [0]
        let opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8(options.count)] + options
        return [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1] + wire
            + [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xff), 0, 1] + opt
    }
}
