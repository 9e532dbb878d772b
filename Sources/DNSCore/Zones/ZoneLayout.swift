// The arrays of a zone while they are filled.

struct ZoneLayout: ~Copyable {
    var nodes: [ZoneContents.Node]
    var sets: [RecordSet] = []
    private var encoder: RecordSetEncoder

    init(apexWire: [UInt8], nodeCount: Int) {
        nodes = Array(repeating: ZoneContents.Node(), count: nodeCount)
        sets.reserveCapacity(nodeCount)
        encoder = RecordSetEncoder(apexWire: apexWire)
    }

    mutating func add(pool index: Int, timeToLive: UInt32) {
        sets.append(
            RecordSet(
                type: .pool, recordCount: 0, start: UInt32(index), length: 0, pointerCount: 0, hostCount: 0,
                timeToLive: timeToLive, references: 0))
    }

    /// Adds a set whose records are made from a pool; see `MadeSet`.
    mutating func add(made type: RecordType, timeToLive: UInt32, octets: [UInt8], words: [UInt32], host: [UInt32]) {
        sets.append(
            RecordSet(
                type: type, recordCount: 0, start: UInt32(encoder.octets.count), length: UInt16(octets.count),
                pointerCount: UInt16(words.count), hostCount: UInt16(host.count / 2), timeToLive: timeToLive,
                references: UInt32(encoder.references.count)))
        encoder.octets += octets
        encoder.references += words + host
    }

    /// - Returns: whether the set fits a message.
    mutating func add(
        _ records: ArraySlice<ZoneBuilder.PendingRecord>, timeToLive: UInt32, data: [UInt8],
        names: borrowing NameTable
    ) -> Bool {
        guard let set = encoder.encode(records, timeToLive: timeToLive, data: data, names: names) else { return false }
        sets.append(set)
        return true
    }

    /// The finished zone, with the SOA record once more as negative answers carry it.
    consuming func contents(
        _ names: consuming NameTable, soa: ZoneBuilder.PendingRecord, minimum: UInt32
    ) -> ZoneContents {
        let apex = nodes[0]
        guard
            var negative = sets[Int(apex.firstSet)..<Int(apex.firstSet) + Int(apex.setCount)].first(where: {
                $0.type == .soa
            })
        else { preconditionFailure("a zone without SOA is refused before") }
        negative.timeToLive = min(negative.timeToLive, minimum)
        negative.start = encoder.repeatRecord(negative)
        names.shrink()
        return ZoneContents(
            names: names, nodes: nodes, sets: sets.trimmed(), octets: StoredOctets(encoder.octets),
            references: encoder.references.trimmed(), apexWire: StoredOctets(encoder.apexWire),
            apexLabelCount: DomainName(trusted: encoder.apexWire).labelCount, negativeSOA: negative)
    }
}

extension RecordSetEncoder {
    /// Appends the octets of a set of one record again, with the TTL that `set` now has.
    /// - Returns: where they start.
    mutating func repeatRecord(_ set: RecordSet) -> UInt32 {
        let start = octets.count
        octets += octets[Int(set.start)..<Int(set.start) + Int(set.length)]
        for index in 0..<4 { octets[start + 6 + index] = UInt8(truncatingIfNeeded: set.timeToLive >> (24 - 8 * index)) }
        return UInt32(start)
    }
}
