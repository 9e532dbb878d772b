// POOL records as SRV: each target needs a name, which must lead to its addresses. And as HTTPS or SVCB: a client asks for
// the addresses of the name that they point at, hints or not (RFC 9460 §7.3).

extension ZoneBuilder {
    mutating func checkServices(_ pools: [PoolDefinition], _ layout: borrowing ZoneLayout) {
        for record in records where record.isPool && record.type != .pool {
            guard !layout.nodes[Int(record.node)].traits.contains(.isOccluded) else { continue }
            guard record.type == .srv else {
                checkOwnerOfBinding(record, layout)
                continue
            }
            let name = poolName(of: record)
            guard let pool = pools.first(where: { $0.name == name }) else { continue }
            for (target, pool) in pools.leaves(of: pool) { checkService(target, of: pool, record, layout) }
        }
    }

    private mutating func checkService(
        _ target: TargetDefinition, of pool: String, _ record: PendingRecord, _ layout: borrowing ZoneLayout
    ) {
        guard let name = target.serviceName else {
            let owner = DomainName(trusted: [UInt8(target.name.utf8.count)] + Array(target.name.utf8) + apex.wire)
            report(
                record.place,
                "SRV records point at names, and \(target.name) of the pool \(pool) has none; write `name: "
                    + "\(owner.description.dropLast())` beside its address in triagedns.yaml, and "
                    + "`\(target.addressRecord)` in this file")
            return
        }
        var wire = QueryName()
        wire.set(name: name.wire)
        let standing = standing(of: wire, layout)
        guard let complaint = complaint(standing, name, target) else {
            if case .hasAddress = standing { checkAddresses(of: target, name, wire, record) }
            return
        }
        report(record.place, "\(name), the name of \(target.name) of the pool \(pool), \(complaint)")
    }

    private func complaint(_ standing: Standing, _ name: DomainName, _ target: TargetDefinition) -> String? {
        switch standing {
        case .elsewhere, .hasAddress: return nil
        case .missing, .hasNoAddress:
            let problem =
                if case .missing = standing { "does not exist in the zone" } else { "has no A or AAAA record" }
            guard case .addresses = target.endpoint else { return "\(problem); add its A or AAAA record" }
            return "\(problem); add `\(target.addressRecord(at: name))`"
        case .alias, .redirected:
            return "is an alias, but SRV must name a host itself (RFC 2782); name another host"
        }
    }

    /// Who connects to the name should find the target there.
    private mutating func checkAddresses(
        of target: TargetDefinition, _ name: DomainName, _ wire: borrowing QueryName, _ record: PendingRecord
    ) {
        guard case .addresses(let addresses) = target.endpoint, let node = names.find(wire) else { return }
        let there = recordsOfNode(node).filter { !$0.isPool && ($0.type == .a || $0.type == .aaaa) }
        let wanted = Set(addresses.map(\.octets))
        guard !there.isEmpty, !there.contains(where: { wanted.contains(Array(octets(of: $0))) }) else { return }
        warn(.target, record.place) { _ in
            "\(name) has other addresses than \(target.name), whose name it is; write `\(target.addressRecord(at: name))`"
        }
    }

    private mutating func checkOwnerOfBinding(_ record: PendingRecord, _ layout: borrowing ZoneLayout) {
        let octets = octets(of: record)
        let data = octets.dropFirst(1 + Int(octets[octets.startIndex]))
        guard RecordDataLayout.meansOwner(record.type, data), !layout.hasAddress(Int(record.node)) else { return }
        warn(.target, record.place) {
            "\($0.ownerText(Int(record.node))), whose addresses this \(record.type.name) leads to, has none; add "
                + "`POOL \($0.poolName(of: record))` there too"
        }
    }
}

extension TargetDefinition {
    /// The record that gives its address to its name.
    fileprivate var addressRecord: String { "\(name) \(addressData)" }

    fileprivate func addressRecord(at owner: DomainName) -> String { "\(owner) \(addressData)" }

    private var addressData: String {
        guard case .addresses(let addresses) = endpoint, let address = addresses.first else { return "A" }
        return "\(address.isV6 ? "AAAA" : "A") \(address)"
    }
}
