// Delegations and DNAMEs: name servers that nobody could find, and records that are never answered because they lie at
// or below a name where the zone ends (RFC 1034 §4.2.1, RFC 6672 §2.4).

extension ZoneBuilder {
    /// Name servers of a delegation that lie at or below it are found by the addresses given here, or not at all
    /// (RFC 9471). It is a warning: what is around the delegation can be answered as well as ever.
    mutating func checkGlue(_ layout: borrowing ZoneLayout) {
        var name = QueryName()
        var start = 0
        while start < records.count {
            let first = records[start]
            var end = start + 1
            let cut = Int(first.node)
            let traits = layout.nodes[cut].traits
            if first.type == .ns, traits.contains(.isCut), !traits.contains(.isOccluded), !names.isWildcard(cut) {
                while end < records.count, records[end].node == first.node, records[end].type == .ns { end += 1 }
                checkGlue(start..<end, of: cut, layout, &name)
            }
            start = end
        }
    }

    private mutating func checkGlue(
        _ nameServers: Range<Int>, of cut: Int, _ layout: borrowing ZoneLayout, _ name: inout QueryName
    ) {
        var isReachable = false
        var lacking: [PendingRecord] = []
        for record in records[nameServers] {
            guard loadTarget(of: record, into: &name) else { continue }
            if lies(name, atOrBelow: cut), names.find(name).map({ layout.hasAddress($0) }) != true {
                lacking.append(record)
            } else {
                isReachable = true
            }
        }
        for record in lacking {
            warn(.glue, record.place) { builder in
                let target = builder.targetText(of: record)
                return "\(target) lies within the delegation of \(builder.ownerText(cut)) and has no address here, so "
                    + (isReachable ? "it" : "nothing in \(builder.ownerText(cut))")
                    + " can\(isReachable ? "not" : " ever") be found (RFC 9471); add `\(target) A` and its address"
            }
        }
    }

    private func lies(_ name: borrowing QueryName, atOrBelow node: Int) -> Bool {
        guard name.isAtOrBelow(apexWire) else { return false }
        return (0..<name.labelCount - apex.labelCount).contains { names.find(name, label: $0) == node }
    }

    /// Warns of records that are never answered; a POOL there is an error, because somebody counts on it.
    mutating func checkReachability(_ layout: borrowing ZoneLayout) {
        guard layout.nodes.contains(where: { $0.traits.endsZone }) else { return }
        let isNameServer = nameServers(layout)
        for record in records {
            let node = Int(record.node)
            let traits = layout.nodes[node].traits
            guard traits.contains(.isOccluded) || traits.contains(.isCut) && !names.isWildcard(node) else { continue }
            let isGlue = isNameServer[node] && (record.type == .a || record.type == .aaaa)
            if traits.contains(.isOccluded) {
                let barrier = barrier(above: node, layout)
                // An SOA is an error anyway.
                if isGlue && layout.nodes[barrier].traits.contains(.isCut) || record.type == .soa { continue }
                reportOccluded(record, below: barrier, layout)
            } else if !isGlue, !record.type.belongsAtCut, !traits.contains(.hasAlias) {
                warn(.unreachable, record.place) {
                    "\($0.ownerText(node)) is delegated, so this \(record.type.name) record is never answered; "
                        + "move it to the zone \($0.ownerText(node)), or remove it"
                }
            }
        }
    }

    private mutating func reportOccluded(_ record: PendingRecord, below barrier: Int, _ layout: borrowing ZoneLayout) {
        let isCut = layout.nodes[barrier].traits.contains(.isCut)
        let end = recordsOfNode(barrier).first { $0.type == (isCut ? .ns : .dname) }
        let text = { (builder: borrowing ZoneBuilder) in
            let above = builder.ownerText(barrier)
            let what =
                record.isPool
                ? "its POOL would never be answered" : "this \(record.type.name) record is never answered"
            return
                "\(builder.ownerText(Int(record.node))) lies below the \(isCut ? "delegation" : "DNAME") of \(above) "
                + "in line \(end?.line ?? 0), so \(what)"
                + (isCut
                    ? "; move it to the zone \(above), or remove it"
                    : " (RFC 6672 §2.4); remove it, or the DNAME")
        }
        if record.isPool { report(record.place, text(self)) } else { warn(.unreachable, record.place, text) }
    }

    /// For each node, whether an NS record that is answered names it: its addresses are of use wherever it lies.
    private func nameServers(_ layout: borrowing ZoneLayout) -> [Bool] {
        var isNameServer = [Bool](repeating: false, count: names.count)
        var name = QueryName()
        for record in records where record.type == .ns {
            let isOccluded = layout.nodes[Int(record.node)].traits.contains(.isOccluded)
            guard !isOccluded, loadTarget(of: record, into: &name) else { continue }
            if let node = names.find(name) { isNameServer[node] = true }
        }
        return isNameServer
    }

    /// The cut or DNAME that an occluded node lies below: the highest, which alone is not occluded itself.
    private func barrier(above node: Int, _ layout: borrowing ZoneLayout) -> Int {
        var name = QueryName()
        names.load(node, into: &name)
        for label in 1...max(1, name.labelCount - apex.labelCount) {
            guard let above = names.find(name, label: label) else { continue }
            let traits = layout.nodes[above].traits
            if traits.endsZone, !traits.contains(.isOccluded) { return above }
        }
        return 0
    }
}

extension RecordType {
    /// What the parent's side of a cut has: NS, DS and what signs them (RFC 4035 §2.6).
    fileprivate var belongsAtCut: Bool {
        switch rawValue {
        case 2, 43, 46, 47: true
        // SOA and POOL are errors anyway.
        default: self == .soa || self == .pool
        }
    }
}
