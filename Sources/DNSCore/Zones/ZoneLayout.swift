// The arrays of a zone while they are filled.

/// Nodes carry the numbers of their names in the builder's table; node 0 is the apex. `ZoneLayout+contents.swift` makes
/// of it what is answered from.
struct ZoneLayout: ~Copyable {
    var nodes: [Node]
    var sets: [RecordSet] = []
    private(set) var encoder: RecordSetEncoder

    /// A name of the zone; an empty non-terminal has no sets.
    struct Node: BitwiseCopyable, Sendable {
        /// Into `sets`; they stand in the order of their types.
        var firstSet: UInt32 = 0
        /// The node of the wildcard right below this one; `none` if there is none.
        var wildcard: UInt32 = Node.none
        var setCount: UInt16 = 0
        var traits: ZoneContents.Traits = []

        static var none: UInt32 { .max }

        /// Its sets.
        var range: Range<Int> { Int(firstSet)..<Int(firstSet) + Int(setCount) }
    }

    init(apexWire: [UInt8], nodeCount: Int) {
        nodes = Array(repeating: Node(), count: nodeCount)
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
}
