// Encodes one RRset for storage: whole records, the owner a pointer to the question's name, names in RDATA cut short by
// pointers to the apex, to the owner, or to a name in an earlier record (RFC 1035 §4.1.4, for the types that RFC 3597 §4
// allows).

/// Appends encoded sets to a zone's arrays.
struct RecordSetEncoder: ~Copyable {
    var octets: [UInt8] = []
    var references: [UInt32] = []
    let apexWire: [UInt8]
    private var name = QueryName()
    private var set = SetInWork()

    /// What is known of the set that is being encoded.
    private struct SetInWork {
        var start = 0
        var layout: RecordDataLayout?
        /// In lower case; empty if names cannot point at it: it is a wildcard, so answers have another, or the apex.
        var owner: [UInt8] = []
        var pointers: [UInt32] = []
        var hosts: [UInt32] = []
        /// Suffixes of names that stand in full, and where, in octets after the start.
        var places: [ArraySlice<UInt8>: Int] = [:]
    }

    init(apexWire: [UInt8]) { self.apexWire = apexWire }

    /// Encodes records that share owner, type and TTL.
    /// - Parameters:
    ///   - records: at least one.
    ///   - data: where the records' RDATA is, names uncompressed.
    ///   - names: gives the nodes of the hosts that the records name.
    /// - Returns: nil if the set would not fit a message.
    mutating func encode(
        _ records: ArraySlice<ZoneBuilder.PendingRecord>, timeToLive: UInt32, data: borrowing [UInt8],
        names: borrowing NameTable
    ) -> RecordSet? {
        let type = records[records.startIndex].type
        begin(type, node: Int(records[records.startIndex].node), names)
        for record in records {
            append(RecordSet.ownerPointer)
            append(type.rawValue)
            append(RecordClass.internet.rawValue)
            append(UInt16(truncatingIfNeeded: timeToLive >> 16))
            append(UInt16(truncatingIfNeeded: timeToLive))
            let lengthAt = octets.count
            append(0)
            let range = Int(record.dataStart)..<Int(record.dataStart) + Int(record.dataLength)
            appendData(data[range], names)
            if RecordDataLayout.meansOwner(type, data[range]) { addHost(node: record.node, at: RecordSet.ownerPlace) }
            let length = octets.count - lengthAt - 2
            octets[lengthAt] = UInt8(length >> 8)
            octets[lengthAt + 1] = UInt8(length & 0xff)
        }
        let length = octets.count - set.start
        guard length <= RecordSet.maximumLength else {
            octets.removeSubrange(set.start...)
            return nil
        }
        let firstReference = UInt32(references.count)
        references += set.pointers
        references += set.hosts
        return RecordSet(
            type: type, recordCount: UInt16(records.count), start: UInt32(set.start), length: UInt16(length),
            pointerCount: UInt16(set.pointers.count), hostCount: UInt16(set.hosts.count / 2), timeToLive: timeToLive,
            references: firstReference)
    }

    private mutating func begin(_ type: RecordType, node: Int, _ names: borrowing NameTable) {
        set.start = octets.count
        set.layout = RecordDataLayout(type)
        if !set.pointers.isEmpty { set.pointers.removeAll(keepingCapacity: true) }
        if !set.hosts.isEmpty { set.hosts.removeAll(keepingCapacity: true) }
        if !set.places.isEmpty { set.places.removeAll(keepingCapacity: true) }
        guard set.layout != nil else { return }
        // The target of a CNAME is looked up next, and then its owner has moved on.
        let hasOwner = type != .cname && node != 0 && !names.isWildcard(node)
        set.owner = hasOwner ? names.wire(of: node) : []
    }

    private mutating func appendData(_ data: ArraySlice<UInt8>, _ names: borrowing NameTable) {
        guard let layout = set.layout, let ranges = layout.names(in: data) else {
            octets += data
            return
        }
        octets += data.prefix(layout.prefix)
        for range in ranges {
            let wire = Array(data.dropFirst(range.lowerBound).prefix(range.count))
            name.set(name: wire)
            if layout.namesHost, range == ranges.last, let node = names.find(name) {
                addHost(node: UInt32(node), at: UInt32(octets.count - set.start))
            }
            if layout.isCompressible { appendCompressed(wire) } else { octets += wire }
        }
        octets += data.dropFirst(ranges.last?.upperBound ?? 0)
    }

    /// Appends a name whose end is replaced by a pointer where something to point at is known.
    private mutating func appendCompressed(_ wire: [UInt8]) {
        var start = 0
        // Ends at the root, at which nothing points.
        while wire[start] != 0 {
            let suffix = wire[start...]
            let place = octets.count - set.start
            if let target = target(of: suffix) {
                set.pointers.append(NamePointer(at: place, to: target).packed)
                // Filled in by the answer, which knows where the set stands.
                append(0xc000)
                return
            }
            if place < NamePointer.reach { set.places[suffix] = place }
            let next = start + 1 + Int(wire[start])
            octets += wire[start..<next]
            start = next
        }
        octets.append(0)
    }

    private func target(of suffix: ArraySlice<UInt8>) -> NamePointer.Target? {
        if suffix.count == apexWire.count, suffix.map(DomainName.canonical) == apexWire { return .apex }
        if suffix.count == set.owner.count, suffix.map(DomainName.canonical) == set.owner { return .owner }
        return set.places[suffix].map(NamePointer.Target.name)
    }

    /// Takes note of a host, once (RFC 2181 §5).
    private mutating func addHost(node: UInt32, at place: UInt32) {
        let isKnown = stride(from: 1, to: set.hosts.count, by: 2).contains { set.hosts[$0] == node }
        if !isKnown { set.hosts += [place, node] }
    }

    private mutating func append(_ value: UInt16) {
        octets.append(UInt8(value >> 8))
        octets.append(UInt8(value & 0xff))
    }
}
