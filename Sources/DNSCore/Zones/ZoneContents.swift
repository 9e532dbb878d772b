// What a zone holds, laid out for lookup in one block of memory. Whatever one answer needs stands together: a name, what is
// known of it, and its RRsets in wire form. A marked place, as `StoredOctets` is.
//
// The block has four parts:
// - slots of 4 octets, which find entries by the hashes of their names (open addressing);
// - references of 4 octets, see `RecordSet`;
// - entries in words of 8 octets, one for each name, the apex's first: an `EntryHeader`, the name in canonical form and
//   padded with zeros, its `RecordSet`s in the order of their types, and the octets of those;
// - the octets of the negative SOA.

/// Where the parts of a zone are. Copies share the block, which lives as long as the `Zone`.
@safe
struct ZoneContents: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    /// Octets of the block.
    private let size: UInt32
    /// The number of slots, a power of two, less one.
    let slotMask: UInt32
    /// The bits of a slot that say where the entry is, in words from the start of the block; the others are the same
    /// bits of the name's hash. A slot of 0 is free.
    let entryMask: UInt32
    let referenceCount: UInt32
    /// The node of the apex.
    let apex: UInt32
    /// Where the entries end, in words.
    let entriesEnd: UInt32
    /// Octets of the apex's name.
    private let apexLength: UInt8
    /// How many labels the apex has, the root's not counted.
    private let apexLabels: UInt8
    /// The SOA record as negative answers carry it: its TTL is not above its MINIMUM field (RFC 2308 §3).
    let negativeSOA: RecordSet

    /// - Parameters:
    ///   - block: filled, and this zone's own.
    ///   - layout: where everything is in it.
    init(_ block: UnsafeMutableRawPointer, _ layout: ZoneBlockLayout, apex name: [UInt8], negativeSOA: RecordSet) {
        unsafe base = block
        size = layout.size
        slotMask = layout.slotCount - 1
        entryMask = layout.entryMask
        referenceCount = layout.referenceCount
        apex = layout.entriesStart
        entriesEnd = layout.entriesEnd
        apexLength = UInt8(name.count)
        apexLabels = UInt8(DomainName(trusted: name).labelCount)
        self.negativeSOA = negativeSOA
    }

    /// Frees the block. Nobody must use this or a copy of it any more.
    @unsafe
    func deallocate() { unsafe base.deallocate() }

    /// What stands in front of each name.
    struct EntryHeader: BitwiseCopyable {
        /// The node of the wildcard right below this one; 0 if there is none.
        var wildcard: UInt32 = 0
        var setCount: UInt16 = 0
        var traits: Traits = []
        /// In words.
        var nameLength: UInt8 = 0
    }

    /// A name of the zone; an empty non-terminal has no sets. Nodes are numbered by where their entries start, in words.
    struct Node {
        /// Where its sets start, in octets.
        let sets: Int
        let setCount: Int
        let traits: Traits
        /// The node of the wildcard right below this one; 0 if there is none.
        let wildcard: Int
    }

    struct Traits: OptionSet, BitwiseCopyable, Sendable {
        let rawValue: UInt8
        @inline(__always)
        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Has NS records and is not the apex: names below belong to somebody else.
        @inline(__always)
        static var isCut: Traits { Traits(rawValue: 1) }
        /// Whether names below are not ours to answer: a cut, or a DNAME.
        @inline(__always)
        var endsZone: Bool { contains(.isCut) || contains(.hasRedirection) }
        /// Lies below a cut or a DNAME, and so is never answered.
        @inline(__always)
        static var isOccluded: Traits { Traits(rawValue: 2) }
        @inline(__always)
        static var hasRedirection: Traits { Traits(rawValue: 32) }
        @inline(__always)
        static var hasAlias: Traits { Traits(rawValue: 4) }
        /// Its first set is a POOL.
        @inline(__always)
        static var hasPool: Traits { Traits(rawValue: 8) }
        /// ... of targets that are host names.
        @inline(__always)
        static var hasHostPool: Traits { Traits(rawValue: 16) }
    }
}

// MARK: Reading it

extension ZoneContents {
    @inline(__always)
    private func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
        precondition(offset >= 0 && offset <= Int(size) &- MemoryLayout<Value>.size, "within the zone")
        return unsafe base.load(fromByteOffset: offset, as: type)
    }

    @inline(__always)
    func slot(_ index: UInt32) -> UInt32 { load(UInt32.self, at: Int(index) &<< 2) }

    /// Looks at an entry, which for most takes up two lines of the cache.
    /// - Returns: some of its octets.
    @inline(__always)
    func touch(_ node: Int) -> UInt64 {
        let last = (Int(size) &- MemoryLayout<UInt64>.size) & ~7
        return load(UInt64.self, at: node &<< 3) ^ load(UInt64.self, at: min(node &<< 3 &+ 64, last))
    }

    /// The whole block: sets say by octet where their records are.
    @inline(__always)
    var octets: StoredOctets { unsafe StoredOctets(at: base, count: Int(size)) }

    /// For each set its `NamePointer`s; then, for each host it names, the place of that name and its node.
    @inline(__always)
    var references: StoredArray<UInt32> {
        unsafe StoredArray(at: base + (Int(slotMask) &+ 1) &<< 2, count: Int(referenceCount))
    }

    @inline(__always)
    func header(of node: Int) -> EntryHeader { load(EntryHeader.self, at: node &<< 3) }

    /// A word of a node's name.
    @inline(__always)
    func nameWord(_ index: Int, of node: Int) -> UInt64 {
        UInt64(littleEndian: load(UInt64.self, at: (node &+ 1 &+ index) &<< 3))
    }

    @inline(__always)
    func node(_ number: Int) -> Node {
        let header = header(of: number)
        return Node(
            sets: (number &+ 1 &+ Int(header.nameLength)) &<< 3, setCount: Int(header.setCount), traits: header.traits,
            wildcard: Int(header.wildcard))
    }

    @inline(__always)
    func set(_ index: Int, of node: Node) -> RecordSet {
        load(RecordSet.self, at: node.sets &+ index &* MemoryLayout<RecordSet>.stride)
    }

    /// The number of the node that follows in the block.
    func end(of node: Node) -> Int {
        var octets = node.setCount * MemoryLayout<RecordSet>.stride
        for index in 0..<node.setCount { octets += Int(set(index, of: node).length) }
        return (node.sets + octets + 7) >> 3
    }

    /// The apex in lower case.
    @inline(__always)
    var apexWire: StoredOctets {
        unsafe StoredOctets(at: base + (Int(apex) &+ 1) &<< 3, count: Int(apexLength))
    }

    @inline(__always)
    var apexLabelCount: Int { Int(apexLabels) }

    /// A number that no other node of any zone has, nor the hash of a name but by chance: its address.
    @inline(__always)
    func identifier(of node: Int) -> UInt64 {
        unsafe UInt64(UInt(bitPattern: base)) &+ UInt64(node) &<< 3 | 1 &<< 63
    }
}
