// The targets of one pool of triagedns.yaml.

internal import DNSCore

extension TargetDefinition {
    var isNestedPool: Bool { if case .pool = endpoint { true } else { false } }

    var isHost: Bool { if case .host = endpoint { true } else { false } }

    /// Whether it is answered as a CNAME.
    var isAnsweredAsHost: Bool { if case .host(let host) = endpoint { !host.isFlattened } else { false } }
}

/// Reads targets and what must hold among them.
struct TargetReader {
    let pool: String
    let policy: PoolPolicy
    /// Whether the pool says that its hosts are answered as addresses.
    let isFlattened: Bool
    let report: Report

    /// The targets without an error, in the order of the file.
    func read(_ entries: [Value], line: Int) -> [TargetDefinition] {
        if entries.count > PoolDefinition.maximumTargets {
            let most = PoolDefinition.maximumTargets
            report.add(
                line: line, "the pool \(pool) has \(entries.count) targets, the limit is \(most); split the pool")
        }
        let hasTiers = entries.contains { $0.hasKey("tier") }
        var targets: [TargetDefinition] = []
        var owners: [IPAddress: String] = [:]
        for (index, entry) in entries.enumerated() {
            if policy == .failover, hasTiers, !entry.hasKey("tier") {
                entry.report.add(
                    line: entry.line,
                    "\(entry.name) has no tier, but others of the pool \(pool) have; write tier: N for all of them, "
                        + "or for none")
            }
            guard let target = readTarget(entry, defaultTier: policy == .failover && !hasTiers ? index : 0, &owners)
            else { continue }
            // Of what kind a nested pool is is known when all pools are.
            if !target.isNestedPool, let first = targets.first(where: { !$0.isNestedPool }),
                first.isAnsweredAsHost != target.isAnsweredAsHost
            {
                entry.report.add(
                    line: entry.line,
                    "\(entry.name) has \(kind(target)) but \(first.name) has \(kind(first)); write flatten: true in the pool, "
                        + "so that hosts are answered as addresses, or addresses, or hosts, for all of its targets")
            }
            if let name = target.ownName, let other = targets.first(where: { $0.ownName == name }) {
                entry.report.add(
                    line: entry.line,
                    "\(name) is already the name of \(other.name); give \(target.name) a name of its own")
            }
            targets.append(target)
        }
        return targets
    }

    private func kind(_ target: TargetDefinition) -> String {
        if case .host(let host) = target.endpoint {
            host.isFlattened ? "a flattened host" : "a host"
        } else {
            "an address"
        }
    }

    private func readTarget(
        _ entry: Value, defaultTier: Int, _ owners: inout [IPAddress: String]
    ) -> TargetDefinition? {
        if !isIdentifier(entry.name) {
            entry.report.add(
                line: entry.line, "\"\(entry.name)\" cannot name a target; write at most 63 of A-Z a-z 0-9 - and _")
        }
        // The short form: name: address.
        if !entry.isMapping {
            guard !entry.isNull else {
                entry.report.add(line: entry.line, "\(entry.name) has no address; write \(entry.name): 192.0.2.11")
                return nil
            }
            guard let endpoint = readAddresses(entry, of: entry.name, &owners) else { return nil }
            return TargetDefinition(name: entry.name, endpoint: endpoint, tier: defaultTier)
        }
        guard let fields = entry.fields(of: .target) else { return nil }
        let weight = readRank(fields["weight"], only: [.weighted, .sticky])
        let tier = readRank(fields["tier"], only: [.failover])
        checkFlatten(fields)
        let name = fields["name"].flatMap { readName($0, fields) }
        guard let endpoint = readEndpoint(fields, entry, &owners) else { return nil }
        return TargetDefinition(
            name: entry.name, endpoint: endpoint, weight: UInt32(weight ?? 1), tier: tier ?? defaultTier, ownName: name)
    }

    /// A number that means something under some policies only.
    private func readRank(_ value: Value?, only policies: [PoolPolicy]) -> Int? {
        guard let value else { return nil }
        guard policies.contains(policy) else {
            value.report.add(
                line: value.line,
                "\(value.name) has no effect under \(policy.rawValue); "
                    + "write policy: \(policies.map(\.rawValue).joined(separator: " or ")), or remove it"
            )
            return nil
        }
        return value.integer()
    }

    /// The target's own name, for SRV records.
    private func readName(_ value: Value, _ fields: Fields) -> DomainName? {
        let isFlattened = fields["host"] != nil && readsAsFlattened(fields)
        if !isFlattened, let other = fields["host"] ?? fields["pool"] {
            value.report.add(
                line: value.line, "name is for targets with an address, and this one has a \(other.name); remove name")
            return nil
        }
        guard let text = value.string("a.example.org") else { return nil }
        guard let name = try? DomainName(text), text != "@", !name.isRoot, IPAddress(text) == nil else {
            value.fail("name must be the target's own host name, but is \"\(text)\"; write name: a.example.org")
            return nil
        }
        return name
    }

    /// What the target says of it, else the pool.
    private func readsAsFlattened(_ fields: Fields) -> Bool {
        fields["flatten"].flatMap { parseBoolean($0.text) } ?? isFlattened
    }

    /// Reports a key `flatten` that is no Boolean, or means nothing.
    private func checkFlatten(_ fields: Fields) {
        guard let flatten = fields["flatten"], flatten.boolean() != nil, fields["host"] == nil else { return }
        flatten.report.add(
            line: flatten.line, "flatten is for targets with a host; remove it, or write host: a.example.org")
    }

    private func readEndpoint(
        _ fields: Fields, _ entry: Value, _ owners: inout [IPAddress: String]
    ) -> TargetDefinition.Endpoint? {
        switch (fields["address"], fields["host"], fields["pool"]) {
        case (let address?, nil, nil):
            return readAddresses(address, of: entry.name, &owners)
        case (nil, nil, let pool?):
            return pool.string("orthanc").map { .pool(NestedPool(name: $0)) }
        case (nil, let host?, nil):
            guard let text = host.string("a.example.org") else { return nil }
            guard let name = try? DomainName(text), text != "@", !name.isRoot, IPAddress(text) == nil else {
                host.fail("host must be a host name, but is \"\(text)\"; an address is written address: 192.0.2.11")
                return nil
            }
            return .host(HostEndpoint(name, isFlattened: readsAsFlattened(fields)))
        case (_?, let other?, _), (_?, _, let other?):
            other.report.add(
                line: other.line, "\(entry.name) has both address and \(other.name); remove one of the two")
        case (nil, _?, let pool?):
            pool.report.add(line: pool.line, "\(entry.name) has both host and pool; remove one of the two")
        case (nil, nil, nil):
            entry.report.add(line: entry.line, "\(entry.name) has no address; write address: 192.0.2.11")
        }
        return nil
    }

    private func readAddresses(
        _ value: Value, of target: String, _ owners: inout [IPAddress: String]
    ) -> TargetDefinition.Endpoint? {
        var addresses: [IPAddress] = []
        for element in value.list() {
            guard let text = element.text, let address = IPAddress(text) else {
                element.fail(
                    "the address of \(target) must be IPv4 or IPv6\(element.butIs); write 192.0.2.11 or \"2001:db8::11\""
                )
                continue
            }
            if let reason = address.reasonAgainstUse {
                element.fail("\(text) is \(reason); write the address of the target \(target) itself")
            } else if let owner = owners[address] {
                element.fail("\(text) is already an address of \(owner); remove it from one of the two")
            } else {
                owners[address] = target
                addresses.append(address)
            }
        }
        if value.list().isEmpty { value.fail("\(target) has no address; write address: 192.0.2.11") }
        return addresses.isEmpty ? nil : .addresses(addresses)
    }
}
