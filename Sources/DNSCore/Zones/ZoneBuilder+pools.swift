// POOL records: which pool they name, and what is stored of them.

extension ZoneBuilder {
    /// Adds the POOL of one name and type.
    /// - Parameter range: all records of that name and type; one of them is a POOL.
    mutating func addPool(
        _ range: Range<Int>, _ pools: [PoolDefinition]?, _ layout: inout ZoneLayout,
        _ traits: inout ZoneContents.Traits
    ) {
        guard let record = onlyPool(range) else { return }
        checkPoolTimeToLive(record)
        guard let pools, let index = poolIndex(record, pools) else {
            isComplete = false
            return
        }
        poolOwners.append(
            PoolOwner(
                name: DomainName(trusted: names.wire(of: Int(record.node))),
                serviceType: record.type == .pool ? nil : record.type.name, pool: index,
                timeToLive: record.timeToLive))
        if record.type == .pool {
            layout.add(pool: index, timeToLive: record.timeToLive)
            traits.insert(pools[index].hasHosts ? [.hasPool, .hasHostPool] : .hasPool)
        } else if record.type == .srv {
            addServices(record, pools, index, &layout)
        } else {
            addBinding(record, pools[index], index, &layout)
        }
    }

    /// The POOL of a name and type, which nothing of the same type stands beside.
    private mutating func onlyPool(_ range: Range<Int>) -> PendingRecord? {
        guard let record = records[range].first(where: \.isPool) else { return nil }
        for other in records[range] where other.dataStart != record.dataStart {
            let owner = ownerText(Int(record.node))
            let kind = record.type == .pool ? "" : " with \(record.type.name)"
            report(
                other.place,
                other.isPool
                    ? "\(owner) has another POOL\(kind) in line \(record.line); a name has one pool, "
                        + "put all targets in it"
                    : "\(owner) has a POOL in line \(record.line) that gives its \(record.type.name) records; "
                        + "remove this record, or the POOL")
        }
        return record
    }

    /// The pool that a POOL record names.
    private mutating func poolIndex(_ record: PendingRecord, _ pools: [PoolDefinition]) -> Int? {
        let name = poolName(of: record)
        if let index = pools.firstIndex(where: { $0.name == name }) { return index }
        let known = pools.map(\.name).filter { !$0.isEmpty }.sorted().joined(separator: ", ")
        report(
            record.place,
            "there is no pool \"\(name)\" in triagedns.yaml; "
                + (known.isEmpty ? "write it there under `pools:`" : "write one of \(known), or add it under `pools:`"))
        return nil
    }

    func poolName(of record: PendingRecord) -> String {
        let octets = octets(of: record)
        return String(decoding: octets.dropFirst().prefix(Int(octets[octets.startIndex])), as: UTF8.self)
    }

    /// What follows the pool's name.
    private func ownData(of record: PendingRecord) -> [UInt8] {
        let octets = octets(of: record)
        return Array(octets.dropFirst(1 + Int(octets[octets.startIndex])))
    }

    private mutating func addServices(
        _ record: PendingRecord, _ pools: [PoolDefinition], _ index: Int, _ layout: inout ZoneLayout
    ) {
        let data = ownData(of: record)
        let isLocal = pools.leaves(of: pools[index]).allSatisfy {
            $0.target.serviceName?.isAtOrBelow(apex) ?? true
        }
        let port = UInt32(data[0]) << 8 | UInt32(data[1])
        layout.add(
            made: .srv, timeToLive: record.timeToLive, octets: [], words: [UInt32(index), port, isLocal ? 1 : 0],
            host: [])
    }

    private mutating func addBinding(
        _ record: PendingRecord, _ pool: PoolDefinition, _ index: Int, _ layout: inout ZoneLayout
    ) {
        if pool.hasHosts {
            report(
                record.place,
                "\(record.type.name) carries addresses, and the targets of \(pool.name) are host names; "
                    + "write flatten: true in that pool, give its targets addresses, or name another pool")
        }
        guard let binding = BindingData(ownData(of: record)) else {
            preconditionFailure("the reader lets only whole data through")
        }
        var name = QueryName()
        name.set(name: Array(binding.head[binding.target]))
        var host: [UInt32] = []
        if name.length == 1 {
            host = [RecordSet.ownerPlace, record.node]
        } else if let node = names.find(name) {
            host = [UInt32(2 + RecordSet.fixedLength + binding.target.lowerBound), UInt32(node)]
        }
        layout.add(
            made: record.type, timeToLive: record.timeToLive,
            octets: Array(binding.head + binding.middle + binding.tail),
            words: [UInt32(index), UInt32(binding.head.count), UInt32(binding.middle.count)], host: host)
    }
}

extension [PoolDefinition] {
    /// The targets of a pool that are no pools themselves, those of nested pools with them, and whose they are.
    func leaves(of pool: PoolDefinition, depth: Int = 0) -> [(target: TargetDefinition, pool: String)] {
        guard depth < PoolDefinition.maximumDepth else { return [] }
        return pool.targets.flatMap { target -> [(target: TargetDefinition, pool: String)] in
            guard case .pool(let nested) = target.endpoint else { return [(target, pool.name)] }
            return first { $0.name == nested.name }.map { leaves(of: $0, depth: depth + 1) } ?? []
        }
    }
}
