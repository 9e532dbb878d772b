// Encodes one RRset for storage: whole records, the owner a pointer to the question's name, names in RDATA that end
// with the apex cut there and continued by a pointer (RFC 1035 §4.1.4, for the types that RFC 3597 §4 allows).

/// Appends encoded sets to a zone's arrays.
struct RecordSetEncoder: ~Copyable {
    var octets: [UInt8] = []
    var references: [UInt32] = []
    let apexWire: [UInt8]
    private var name = QueryName()

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
        let start = octets.count
        let type = records[records.startIndex].type
        let layout = RecordDataLayout(type)
        var apexPointers: [UInt32] = []
        var hosts: [UInt32] = []
        for record in records {
            append(RecordSet.ownerPointer)
            append(type.rawValue)
            append(RecordClass.internet.rawValue)
            append(UInt16(truncatingIfNeeded: timeToLive >> 16))
            append(UInt16(truncatingIfNeeded: timeToLive))
            let lengthAt = octets.count
            append(0)
            let range = Int(record.dataStart)..<Int(record.dataStart) + Int(record.dataLength)
            appendData(data[range], layout, start: start, &apexPointers, &hosts, names)
            if RecordDataLayout.meansOwner(type, data[range]) {
                addHost(node: record.node, at: RecordSet.ownerPlace, &hosts)
            }
            let length = octets.count - lengthAt - 2
            octets[lengthAt] = UInt8(length >> 8)
            octets[lengthAt + 1] = UInt8(length & 0xff)
        }
        let length = octets.count - start
        guard length <= RecordSet.maximumLength else {
            octets.removeSubrange(start...)
            return nil
        }
        let firstReference = UInt32(references.count)
        references += apexPointers
        references += hosts
        return RecordSet(
            type: type, recordCount: UInt16(records.count), start: UInt32(start), length: UInt16(length),
            apexPointerCount: UInt16(apexPointers.count), hostCount: UInt16(hosts.count / 2), timeToLive: timeToLive,
            references: firstReference)
    }

    private mutating func appendData(
        _ data: ArraySlice<UInt8>, _ layout: RecordDataLayout?, start: Int,
        _ apexPointers: inout [UInt32], _ hosts: inout [UInt32], _ names: borrowing NameTable
    ) {
        guard let layout, let ranges = layout.names(in: data) else {
            octets += data
            return
        }
        octets += data.prefix(layout.prefix)
        for range in ranges {
            let wire = Array(data.dropFirst(range.lowerBound).prefix(range.count))
            name.set(name: wire)
            if layout.namesHost, range == ranges.last, let node = names.find(name, suffix: 0) {
                addHost(node: UInt32(node), at: UInt32(octets.count - start), &hosts)
            }
            if layout.isCompressible, apexWire.count > 1, name.isAtOrBelow(apexWire) {
                octets += wire.dropLast(apexWire.count)
                apexPointers.append(UInt32(octets.count - start))
                // Filled in by the answer, which knows where the apex stands.
                append(0xc000)
            } else {
                octets += wire
            }
        }
        octets += data.dropFirst(ranges.last?.upperBound ?? 0)
    }

    /// Takes note of a host, once (RFC 2181 §5).
    private func addHost(node: UInt32, at place: UInt32, _ hosts: inout [UInt32]) {
        let isKnown = stride(from: 1, to: hosts.count, by: 2).contains { hosts[$0] == node }
        if !isKnown { hosts += [place, node] }
    }

    private mutating func append(_ value: UInt16) {
        octets.append(UInt8(value >> 8))
        octets.append(UInt8(value & 0xff))
    }
}
