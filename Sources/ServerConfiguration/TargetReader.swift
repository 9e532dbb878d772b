// The targets of one pool of triagedns.yaml.

internal import DNSCore

/// Reads targets and what must hold among them.
struct TargetReader {
    let pool: String
    let policy: PoolPolicy
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
            if let first = targets.first, isHost(first) != isHost(target) {
                entry.report.add(
                    line: entry.line,
                    "\(entry.name) has \(isHost(target) ? "a host" : "an address") but \(first.name) has "
                        + "\(isHost(target) ? "an address" : "a host"); write addresses, or hosts, for all of the pool's targets"
                )
            }
            targets.append(target)
        }
        return targets
    }

    private func isHost(_ target: TargetDefinition) -> Bool {
        if case .host = target.endpoint { true } else { false }
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
        guard let fields = entry.fields(known: ["address", "host", "weight", "tier"] + targetProbingKeys) else {
            return nil
        }
        let weight = readRank(fields["weight"], in: 0...Int(TargetDefinition.maximumWeight), only: .weighted)
        let tier = readRank(fields["tier"], in: 0...255, only: .failover)
        guard let endpoint = readEndpoint(fields, entry, &owners) else { return nil }
        return TargetDefinition(
            name: entry.name, endpoint: endpoint, weight: UInt32(weight ?? 1), tier: tier ?? defaultTier)
    }

    /// A number that means something under one policy only.
    private func readRank(_ value: Value?, in range: ClosedRange<Int>, only policy: PoolPolicy) -> Int? {
        guard let value else { return nil }
        guard self.policy == policy else {
            value.report.add(
                line: value.line,
                "\(value.name) has no effect under \(self.policy.rawValue); write policy: \(policy.rawValue), or remove it"
            )
            return nil
        }
        return value.integer(in: range)
    }

    private func readEndpoint(
        _ fields: [String: Value], _ entry: Value, _ owners: inout [IPAddress: String]
    ) -> TargetDefinition.Endpoint? {
        switch (fields["address"], fields["host"]) {
        case (let address?, nil):
            return readAddresses(address, of: entry.name, &owners)
        case (nil, let host?):
            guard let text = host.string("a.example.org") else { return nil }
            guard let name = try? DomainName(text), text != "@", !name.isRoot, IPAddress(text) == nil else {
                host.fail("host must be a host name, but is \"\(text)\"; an address is written address: 192.0.2.11")
                return nil
            }
            return .host(name)
        case (_?, let host?):
            host.report.add(line: host.line, "\(entry.name) has both address and host; remove one of the two")
        case (nil, nil):
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
            if let reason = unusable(address) {
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

    /// Why nothing can be served at an address.
    private func unusable(_ address: IPAddress) -> String? {
        switch address {
        case .v4(0), .v6(0, 0): "the unspecified address"
        case .v4(0xffff_ffff): "the broadcast address"
        case .v4(let value) where value >> 28 == 0xe: "a multicast address"
        case .v6(let high, _) where high >> 56 == 0xff: "a multicast address"
        default: nil
        }
    }
}
