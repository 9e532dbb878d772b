// The kinds of question that have a budget.

import DNSCore

/// One kind of question.
struct BudgetQuestion {
    /// Also what Tests/Budget/budget.txt calls it.
    let label: String
    /// The query, with an OPT record.
    let packet: [UInt8]

    init(_ label: String, _ name: String, _ type: RecordType, options: [UInt8] = []) {
        self.label = label
        let wire = (try? DomainName(name))?.wire ?? [0]
        let opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8(options.count)] + options
        packet =
            [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1] + wire
            + [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xff), 0, 1] + opt
    }
}

extension BudgetWorld {
    static let questions: [BudgetQuestion] = [
        BudgetQuestion("static data", "www.example.org", .a),
        BudgetQuestion("no such name", "nothing.example.org", .a),
        BudgetQuestion("no such type", "www.example.org", .mx),
        BudgetQuestion("wildcard", "any.wild.example.org", .a),
        BudgetQuestion("CNAME chain", "alias.example.org", .a),
        BudgetQuestion("delegation", "host.sub.example.org", .a),
        BudgetQuestion("MX with addresses", "example.org", .mx),
        BudgetQuestion("pool, round-robin", "round-robin.example.org", .a),
        BudgetQuestion("pool, round-robin, AAAA", "round-robin.example.org", .aaaa),
        BudgetQuestion("pool with a target down, explained", "ailing.example.org", .a),
        BudgetQuestion("pool, weighted", "weighted.example.org", .a),
        BudgetQuestion("pool, failover", "failover.example.org", .a),
        BudgetQuestion("pool of hosts", "hosts.example.org", .a),
        BudgetQuestion("pool, weighted, 64 targets", "large.example.org", .a),
        BudgetQuestion("pool, sticky", "sticky.example.org", .a),
        BudgetQuestion(
            "pool, sticky, client subnet", "sticky.example.org", .a, options: [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2]),
        BudgetQuestion("pool, 1,000 preferences", "prefer.example.org", .a),
        BudgetQuestion(
            "pool, 1,000 preferences, client subnet", "prefer.example.org", .a,
            options: [0, 8, 0, 7, 0, 1, 24, 0, 10, 0, 77]),
        BudgetQuestion("pool in a pool", "nested.example.org", .a),
        BudgetQuestion("SRV of a pool", "_made._tcp.example.org", .srv),
        BudgetQuestion("HTTPS of a pool", "sticky.example.org", .https),
        BudgetQuestion("refused", "example.com", .a),
        BudgetQuestion("cookie", "www.example.org", .a, options: [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]),
        BudgetQuestion(
            "cookie that is not ours", "www.example.org", .a,
            options: [0, 10, 0, 24, 1] + [UInt8](repeating: 1, count: 23)),
        BudgetQuestion("NSID", "www.example.org", .a, options: [0, 3, 0, 0]),
        BudgetQuestion(
            "client subnet", "round-robin.example.org", .a, options: [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2]),
        BudgetQuestion("SRV to a pool", "_dicom._tcp.example.org", .srv),
    ]
}
