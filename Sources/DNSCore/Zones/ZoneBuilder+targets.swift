// Where records point: a name of this zone that does not exist, is an alias or has no address helps nobody. Names of
// other zones, and names below our cuts, are not ours to judge.

extension ZoneBuilder {
    /// Checks the names that NS, MX, SRV, SVCB, HTTPS and CNAME records point at.
    mutating func checkTargets(_ layout: borrowing ZoneLayout) {
        var name = QueryName()
        for record in records where !layout.nodes[Int(record.node)].traits.contains(.isOccluded) {
            guard loadTarget(of: record, into: &name) else { continue }
            // "." says that there is no such service (RFC 7505, RFC 2782), or means the owner (RFC 9460 §2.5).
            if name.length == 1 { continue }
            if let (address, type) = addressWrittenAsName(name) {
                warn(.target, record.place) { _ in record.type.takesNoAddress(address, type) }
                continue
            }
            let standing = standing(of: name, layout)
            if let complaint = complaint(standing, of: record) {
                warn(.target, record.place) {
                    "\($0.targetText(of: record)), which this \(record.type.name) names, \(complaint)"
                }
            }
        }
    }

    /// What is wrong with a target; nil if nothing is.
    private func complaint(_ standing: Standing, of record: PendingRecord) -> String? {
        switch standing {
        case .elsewhere, .hasAddress: return nil
        case .missing:
            return "does not exist in the zone; "
                + (record.type == .cname
                    ? "add it, or correct the name" : "add its A or AAAA record, or correct the name")
        case .hasNoAddress:
            // A CNAME can be followed to anything, and SVCB in alias mode (RFC 9460 §2.4.2) to another SVCB.
            if record.type == .cname || record.type.isServiceBinding, isAliasMode(record) { return nil }
            return "has no A or AAAA record; add one, or name another host"
        case .alias(let node):
            guard let rule = record.type.ruleAgainstAliases else { return nil }
            guard let alias = recordsOfNode(node).first(where: { $0.type == .cname }) else {
                return
                    "has a pool of host names and so answers with CNAME, but \(record.type.name) must name a host itself "
                    + "(\(rule)); give the pool's targets addresses, or name another host"
            }
            return "is a CNAME in line \(alias.line), but \(record.type.name) must name a host itself (\(rule)); "
                + "write \(targetText(of: alias)) instead"
        case .redirected(let node):
            guard let rule = record.type.ruleAgainstAliases else { return nil }
            return "lies below the DNAME of \(ownerText(node)) and so is an alias, but \(record.type.name) must name a "
                + "host itself (\(rule)); name another host"
        }
    }

    /// Whether an alias is what the record is for: CNAME, and SVCB and HTTPS of priority 0 (RFC 9460 §2.4.1).
    private func isAliasMode(_ record: PendingRecord) -> Bool {
        record.type == .cname || !record.isPool && octets(of: record).prefix(2).allSatisfy { $0 == 0 }
    }

    /// Where the target starts in RDATA of these types.
    private static func targetOffset(_ type: RecordType) -> Int? {
        switch type.rawValue {
        case 2, 5: 0  // NS CNAME
        case 15, 64, 65: 2  // MX SVCB HTTPS
        case 33: 6  // SRV
        default: nil
        }
    }

    /// Puts the name that a record points at into `name`.
    /// - Returns: whether there is one.
    func loadTarget(of record: PendingRecord, into name: inout QueryName) -> Bool {
        guard let range = targetRange(of: record) else { return false }
        return name.read(data.span, at: range.lowerBound)
    }

    /// Where the name is that a record points at.
    private func targetRange(of record: PendingRecord) -> Range<Int>? {
        guard let offset = Self.targetOffset(record.type) else { return nil }
        // A POOL names its pool first, and as SRV no other name.
        if record.isPool, record.type == .srv { return nil }
        let poolName = record.isPool ? 1 + Int(data[Int(record.dataStart)]) : 0
        let start = Int(record.dataStart) + poolName + offset
        let limit = Int(record.dataStart) + Int(record.dataLength)
        var end = start
        while end < limit, data[end] != 0 { end += 1 + Int(data[end]) }
        return end < limit && end - start < DomainName.maximumLength ? start..<end + 1 : nil
    }

    /// The name that a record points at, in the spelling of the file.
    func targetText(of record: PendingRecord) -> String {
        guard let range = targetRange(of: record) else { return "" }
        return DomainName(trusted: Array(data[range])).description
    }

    /// The records of one name; none for an empty non-terminal.
    func recordsOfNode(_ node: Int) -> ArraySlice<PendingRecord> {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return records[low...].prefix { $0.node == node }
    }
}

extension RecordType {
    /// SVCB or HTTPS (RFC 9460).
    fileprivate var isServiceBinding: Bool { rawValue == 64 || rawValue == 65 }

    /// What forbids records of this type to point at an alias; nil if nothing does (RFC 9460 §3 follows aliases).
    var ruleAgainstAliases: String? {
        switch self {
        case .ns, .mx: "RFC 2181 §10.3"
        case .srv: "RFC 2782"
        default: nil
        }
    }

    fileprivate func takesNoAddress(_ address: String, _ addressType: RecordType) -> String {
        let host = self == .ns ? "ns1" : self == .mx ? "mail" : "host"
        let remedy =
            self == .cname
            ? "write \(addressType.name) \(address) instead"
            : "write `\(host) \(addressType.name) \(address)`, and name \(host) here"
        return "\(address) is an address, and \(name) takes a name; \(remedy)"
    }
}
