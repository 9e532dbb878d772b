// Turns the collected records into a zone: grouped into RRsets, checked, encoded.

extension ZoneBuilder {
    /// Ends the collecting.
    /// - Parameters:
    ///   - pools: all pools, in the order in which the serving image will number them; nil if they could not be read,
    ///     and so nothing can be said of POOL records.
    ///   - file: the zone's file, for findings that have no line.
    /// - Returns: the zone, unless one of the findings is an error.
    public consuming func finish(pools: [PoolDefinition]?, file: String) -> (zone: Zone?, diagnostics: [Diagnostic]) {
        group()
        var layout = ZoneLayout(apexWire: apexWire, nodeCount: names.count)
        let recordCount = records.count
        var start = 0
        while start < records.count {
            var end = start + 1
            while end < records.count, records[end].node == records[start].node { end += 1 }
            addNode(start..<end, pools, &layout)
            start = end
        }
        let soa = checkApex(file)
        linkNodes(&layout)
        if let soa, !poolOwners.isEmpty { checkNegativeTimeToLive(soa, minimum: startOfAuthority(soa).minimum) }
        checkReachability(layout)
        if isComplete {
            checkTargets(layout)
            if let pools { checkServices(pools, layout) }
            checkGlue(layout)
            checkWildcards(layout)
        }
        reportLeftOut()
        let findings = diagnostics
        guard let soa, !findings.contains(where: { $0.severity == .error }) else { return (nil, findings) }
        let (serial, minimum) = startOfAuthority(soa)
        let namesTargets = records.contains { $0.isPool && $0.type == .srv }
        let contents = layout.contents(names, soa: soa, minimum: minimum)
        return (
            Zone(
                apex: apex, serial: serial, recordCount: recordCount, poolOwners: poolOwners,
                namesTargets: namesTargets, contents: contents),
            findings
        )
    }

    /// Brings records that belong together next to one another: by node, then type, then RDATA as written.
    private mutating func group() {
        let isOrdered = { (left: PendingRecord, right: PendingRecord) in
            (left.node, left.type.rawValue, left.dataStart) < (right.node, right.type.rawValue, right.dataStart)
        }
        // Files are mostly in order already.
        if zip(records, records.dropFirst()).contains(where: { isOrdered($1, $0) }) { records.sort(by: isOrdered) }
    }

    private mutating func addNode(
        _ range: Range<Int>, _ pools: [PoolDefinition]?, _ layout: inout ZoneLayout
    ) {
        let node = Int(records[range.lowerBound].node)
        var added = ZoneLayout.Node(firstSet: UInt32(layout.sets.count))
        var start = range.lowerBound
        while start < range.upperBound {
            let type = records[start].type
            var end = start + 1
            while end < range.upperBound, records[end].type == type { end += 1 }
            if records[start..<end].contains(where: \.isPool) {
                addPool(start..<end, pools, &layout, &added.traits)
            } else {
                let unique = withoutRepetitions(start..<end)
                let timeToLive = lowestTimeToLive(unique)
                if layout.add(unique, timeToLive: timeToLive, data: data, names: names) == false {
                    report(
                        records[start].place,
                        "the \(type.name) records of \(ownerText(node)) take more than 64 KB; remove some")
                }
                if type == .cname { added.traits.insert(.hasAlias) }
                if type == .dname { added.traits.insert(.hasRedirection) }
                if type == .ns, node != 0 { added.traits.insert(.isCut) }
            }
            start = end
        }
        added.setCount = UInt16(layout.sets.count - Int(added.firstSet))
        layout.nodes[node] = added
        checkNode(range, added.traits)
    }

    /// Marks wildcards at their parents and whatever lies below a cut or a DNAME.
    private mutating func linkNodes(_ layout: inout ZoneLayout) {
        let hasBarriers = layout.nodes.contains { $0.traits.endsZone }
        var name = QueryName()
        for node in 1..<max(1, layout.nodes.count) where hasBarriers || names.isWildcard(node) {
            names.load(node, into: &name)
            if names.isWildcard(node), let parent = names.find(name, label: 1) {
                layout.nodes[parent].wildcard = UInt32(node)
            }
            guard hasBarriers else { continue }
            // The apex can have a DNAME, and is no cut.
            for label in 1...name.labelCount - apex.labelCount {
                if let above = names.find(name, label: label), layout.nodes[above].traits.endsZone {
                    layout.nodes[node].traits.insert(.isOccluded)
                }
            }
        }
    }

    /// The SERIAL and MINIMUM fields (RFC 1035 §3.3.13).
    private func startOfAuthority(_ record: PendingRecord) -> (serial: UInt32, minimum: UInt32) {
        let end = Int(record.dataStart) + Int(record.dataLength)
        let field = { [data] (start: Int) in data[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        return (field(end - 20), field(end - 4))
    }
}

extension PoolDefinition {
    /// Whether it is answered with host names.
    public var hasHosts: Bool {
        targets.contains {
            switch $0.endpoint {
            case .addresses: false
            case .host(let host): !host.isFlattened
            case .pool(let nested): nested.hasHosts
            }
        }
    }
}
