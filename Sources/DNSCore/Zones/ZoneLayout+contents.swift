// Moves a finished zone into the one block of memory that it is answered from.

/// How large the parts of a zone's block are, and where.
struct ZoneBlockLayout {
    let slotCount: UInt32
    let referenceCount: UInt32
    /// In words, as the next two.
    let entriesStart: UInt32
    /// The node of each name.
    private(set) var nodes: [UInt32] = []
    private(set) var entriesEnd: UInt32
    /// Octets of the whole block.
    private(set) var size: UInt32

    static var wordSize: Int { MemoryLayout<UInt64>.size }

    /// - Parameter negativeLength: of the negative SOA, in octets.
    init(_ zone: borrowing ZoneLayout, _ names: borrowing NameTable, referenceCount: Int, negativeLength: Int) {
        slotCount = UInt32(NameTable.slotCount(for: names.count))
        self.referenceCount = UInt32(referenceCount)
        var end = ((Int(slotCount) + referenceCount) * MemoryLayout<UInt32>.size).wordsRoundedUp
        entriesStart = UInt32(end)
        nodes.reserveCapacity(names.count)
        for (number, node) in zone.nodes.enumerated() {
            nodes.append(UInt32(end))
            let sets = zone.sets[node.range]
            let octets = sets.reduce(0) { $0 + MemoryLayout<RecordSet>.stride + Int($1.length) }
            end += 1 + names.wordCount(of: number) + octets.wordsRoundedUp
            precondition(end < 1 << 29, "a zone takes less than 4 GB")
        }
        entriesEnd = UInt32(end)
        size = UInt32(end * Self.wordSize + negativeLength)
    }

    /// See `ZoneContents.entryMask`.
    var entryMask: UInt32 { UInt32.max >> UInt32(entriesEnd.leadingZeroBitCount) }
}

extension ZoneLayout {
    /// The finished zone, with the SOA record once more as negative answers carry it.
    consuming func contents(
        _ names: borrowing NameTable, soa: ZoneBuilder.PendingRecord, minimum: UInt32
    ) -> ZoneContents {
        guard var negative = sets[nodes[0].range].first(where: { $0.type == .soa }) else {
            preconditionFailure("a zone without SOA is refused before")
        }
        negative.timeToLive = min(negative.timeToLive, minimum)
        let (octets, references) = (encoder.octets, encoder.references)
        let negativeOctets = octets[negative.range].withTimeToLive(negative.timeToLive)
        let layout = ZoneBlockLayout(
            self, names, referenceCount: references.count, negativeLength: negativeOctets.count)
        let block = ZoneBlock(layout)
        block.writeSlots(names)
        block.writeReferences(references, of: sets)
        for number in nodes.indices { block.writeEntry(number, names, nodes[number], sets, octets) }
        negative.start = layout.entriesEnd * UInt32(ZoneBlockLayout.wordSize)
        block.write(negativeOctets, at: Int(negative.start))
        return unsafe ZoneContents(block.base, layout, apex: encoder.apexWire, negativeSOA: negative)
    }
}

/// A zone's block while it is filled. A marked place: each part is written where `ZoneBlockLayout` has left room for it.
@safe
private struct ZoneBlock: ~Copyable {
    let base: UnsafeMutableRawPointer
    private let layout: ZoneBlockLayout

    init(_ layout: ZoneBlockLayout) {
        self.layout = layout
        let size = Int(layout.size)
        unsafe base = .allocate(byteCount: size, alignment: ZoneBlockLayout.wordSize)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    }

    private func store<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
        precondition(offset >= 0 && offset <= Int(layout.size) - MemoryLayout<Value>.size, "within the block")
        unsafe base.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }

    func write(_ octets: some RandomAccessCollection<UInt8>, at offset: Int) {
        precondition(offset >= 0 && offset <= Int(layout.size) - octets.count, "within the block")
        unsafe UnsafeMutableRawBufferPointer(start: base + offset, count: octets.count).copyBytes(from: octets)
    }

    func writeSlots(_ names: borrowing NameTable) {
        let (slotMask, entryMask) = (layout.slotCount - 1, layout.entryMask)
        names.forEachHash { hash, number in
            var slot = hash & slotMask
            while unsafe base.load(fromByteOffset: Int(slot) << 2, as: UInt32.self) != 0 {
                slot = (slot + 1) & slotMask
            }
            store(hash & ~entryMask | layout.nodes[number], at: Int(slot) << 2)
        }
    }

    /// Hosts are told by their nodes from now on, no longer by the numbers of their names.
    func writeReferences(_ references: [UInt32], of sets: [RecordSet]) {
        let start = Int(layout.slotCount) * MemoryLayout<UInt32>.size
        let place = { start + $0 * MemoryLayout<UInt32>.size }
        for (index, reference) in references.enumerated() { store(reference, at: place(index)) }
        for set in sets {
            let hosts = Int(set.references) + Int(set.pointerCount)
            for index in stride(from: hosts + 1, to: hosts + 2 * Int(set.hostCount), by: 2) {
                store(layout.nodes[Int(references[index])], at: place(index))
            }
        }
    }

    func writeEntry(
        _ number: Int, _ names: borrowing NameTable, _ node: ZoneLayout.Node, _ sets: [RecordSet], _ octets: [UInt8]
    ) {
        let nameLength = names.wordCount(of: number)
        var place = Int(layout.nodes[number]) * ZoneBlockLayout.wordSize
        let wildcard = node.wildcard == ZoneLayout.Node.none ? 0 : layout.nodes[Int(node.wildcard)]
        store(
            ZoneContents.EntryHeader(
                wildcard: wildcard, setCount: node.setCount, traits: node.traits, nameLength: UInt8(nameLength)),
            at: place)
        for index in 0..<nameLength {
            place += ZoneBlockLayout.wordSize
            store(names.word(index, of: number).littleEndian, at: place)
        }
        place += ZoneBlockLayout.wordSize
        var end = place + Int(node.setCount) * MemoryLayout<RecordSet>.stride
        for var set in sets[node.range] {
            // Of a POOL it is the number of the pool.
            if set.length > 0 {
                write(octets[set.range], at: end)
                set.start = UInt32(end)
                end += Int(set.length)
            }
            store(set, at: place)
            place += MemoryLayout<RecordSet>.stride
        }
    }
}

extension RecordSet {
    /// Its octets, while it is laid out.
    fileprivate var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

extension ArraySlice<UInt8> {
    /// A stored record with another TTL.
    fileprivate func withTimeToLive(_ timeToLive: UInt32) -> [UInt8] {
        var record = Array(self)
        for index in 0..<4 { record[6 + index] = UInt8(truncatingIfNeeded: timeToLive >> (24 - 8 * index)) }
        return record
    }
}

extension Int {
    /// So many octets, in words.
    fileprivate var wordsRoundedUp: Int { (self + ZoneBlockLayout.wordSize - 1) / ZoneBlockLayout.wordSize }
}
