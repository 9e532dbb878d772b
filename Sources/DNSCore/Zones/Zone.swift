// One zone, laid out for lookup: names, the nodes under them, and their RRsets in wire form. Immutable once built.

/// A name that has a POOL record.
public struct PoolOwner: Sendable {
    public var name: DomainName
    /// The type of the records that are made of the pool: `SRV`, `HTTPS` or `SVCB`; nil for addresses or host names.
    public var serviceType: String?
    /// The pool's number.
    public var pool: Int
    /// In seconds.
    public var timeToLive: UInt32
}

/// A zone that can be answered from. Shared by all serving images that hold it.
@safe
public final class Zone: @unchecked Sendable {
    /// In the spelling of the zone file.
    public let apex: DomainName
    public let serial: UInt32
    /// Records in the zone file's sense: POOL counts as one.
    public let recordCount: Int
    /// The pools that its POOL records name.
    public let poolIndexes: Set<Int>
    /// The POOL records, in the order in which the file has their names.
    public let poolOwners: [PoolOwner]
    /// Whether it has records that name a pool's targets, and so depends on what the pools' definitions are.
    public let namesTargets: Bool
    /// Marked place: at one address as long as the zone lives, so that queries reach it without counting references.
    let contents: UnsafePointer<ZoneContents>

    init(
        apex: DomainName, serial: UInt32, recordCount: Int, poolIndexes: Set<Int>,
        poolOwners: [PoolOwner], namesTargets: Bool,
        contents: consuming ZoneContents
    ) {
        self.apex = apex
        self.serial = serial
        self.recordCount = recordCount
        self.poolIndexes = poolIndexes
        self.poolOwners = poolOwners
        self.namesTargets = namesTargets
        let place = UnsafeMutablePointer<ZoneContents>.allocate(capacity: 1)
        unsafe place.initialize(to: contents)
        unsafe self.contents = UnsafePointer(place)
    }

    deinit {
        let place = unsafe UnsafeMutablePointer(mutating: contents)
        unsafe place.deinitialize(count: 1)
        unsafe place.deallocate()
    }
}

/// The arrays of a zone. Nodes carry the numbers of their names in `names`; node 0 is the apex.
struct ZoneContents: ~Copyable, Sendable {
    let names: NameTable
    let nodes: StoredArray<Node>
    let sets: StoredArray<RecordSet>
    /// Records of all sets.
    let octets: StoredOctets
    /// For each set its `NamePointer`s; then, for each host it names, the place of that name and its node.
    let references: StoredArray<UInt32>
    /// The apex in lower case.
    let apexWire: StoredOctets
    /// How many labels the apex has, the root's not counted.
    let apexLabelCount: Int
    /// The SOA record as negative answers carry it: its TTL is not above its MINIMUM field (RFC 2308 §3).
    let negativeSOA: RecordSet
    /// Where all but the names is.
    private let block: MemoryBlock

    init(
        names: consuming NameTable, nodes: [Node], sets: [RecordSet], octets: [UInt8], references: [UInt32],
        apexWire: [UInt8], negativeSOA: RecordSet
    ) {
        let (setsSize, nodesSize) = (
            MemoryLayout<RecordSet>.stride * sets.count, MemoryLayout<Node>.stride * nodes.count
        )
        let referencesSize = MemoryLayout<UInt32>.stride * references.count
        block = MemoryBlock(size: setsSize + nodesSize + referencesSize + octets.count + apexWire.count)
        var offset = 0
        // Octets last: they need no alignment.
        self.sets = unsafe StoredArray(sets, in: block.take(setsSize, &offset))
        self.nodes = unsafe StoredArray(nodes, in: block.take(nodesSize, &offset))
        self.references = unsafe StoredArray(references, in: block.take(referencesSize, &offset))
        self.octets = unsafe StoredOctets(octets, in: block.take(octets.count, &offset))
        self.apexWire = unsafe StoredOctets(apexWire, in: block.take(apexWire.count, &offset))
        apexLabelCount = DomainName(trusted: apexWire).labelCount
        self.names = names
        self.negativeSOA = negativeSOA
    }

    /// A name of the zone; an empty non-terminal has no sets.
    struct Node: BitwiseCopyable, Sendable {
        /// Into `sets`; they stand in the order of their types.
        var firstSet: UInt32 = 0
        /// The node of the wildcard right below this one; `none` if there is none.
        var wildcard: UInt32 = Node.none
        var setCount: UInt16 = 0
        var traits: Traits = []

        static var none: UInt32 { .max }
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
