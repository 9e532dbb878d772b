// Collects the records of one zone, in any order, and finds the place of each owner at once. `ZoneBuilder+finish.swift`
// checks them and lays them out.

/// Where a record was written.
public struct SourcePlace: BitwiseCopyable, Hashable, Sendable {
    /// Index of the file, as `ZoneBuilder.addFile(_:)` returned it.
    public var file: UInt16
    /// From 1.
    public var line: UInt32

    public init(file: UInt16, line: UInt32) {
        self.file = file
        self.line = line
    }
}

/// Takes the records of one zone one at a time.
public struct ZoneBuilder: ~Copyable {
    public let apex: DomainName
    let apexWire: [UInt8]
    private let apexLabelCount: Int
    /// The files that records come from, by the paths to print in messages, in the order in which they were begun.
    public private(set) var files: [String] = []
    var names: NameTable
    var records: [PendingRecord] = []
    /// RDATA of all records, names uncompressed. A POOL record's is the pool's name with its length before it, and what
    /// its kind needs.
    var data: [UInt8] = []
    /// Whether all records of the files are here. If not, nothing is said of what seems to be missing.
    public var isComplete = true
    /// Owners with a `*` that is their second label or a later one (RFC 4592 §2.1.1), and where the first one is written.
    private(set) var namesBelowWildcards: [(node: Int, place: SourcePlace)] = []
    var diagnostics: [Diagnostic] = []
    /// The names that answer with a pool's targets, and the pool's number; filled in at the end.
    var poolOwners: [PoolOwner] = []
    var counts = Counts()
    private var owner = QueryName()
    private var ownerNode = 0

    /// One record as it was read.
    struct PendingRecord: BitwiseCopyable {
        var node: UInt32
        var timeToLive: UInt32
        var dataStart: UInt32
        var line: UInt32
        var dataLength: UInt16
        var type: RecordType
        var file: UInt16
        /// A POOL; its type is that of the records that are made of it.
        var isPool = false

        var place: SourcePlace { SourcePlace(file: file, line: line) }
    }

    /// - Parameter expectedRecords: how many records may come, to set memory aside; any number is right.
    public init(apex: DomainName, expectedRecords: Int = 0) {
        self.apex = apex
        apexWire = apex.canonicalWire
        apexLabelCount = apex.labelCount
        names = NameTable(minimumCapacity: expectedRecords)
        records.reserveCapacity(expectedRecords)
        owner.set(name: apexWire)
        _ = names.insert(owner)
    }

    /// Notes a file (by the path to print in messages) that records come from.
    public mutating func addFile(_ path: String) -> UInt16 {
        files.append(path)
        return UInt16(files.count - 1)
    }

    /// Adds one record. `owner` is an uncompressed name, `data` RDATA without its length and with uncompressed names.
    public mutating func add(
        owner: Span<UInt8>, type: RecordType, timeToLive: UInt32, data: Span<UInt8>, at place: SourcePlace
    ) {
        precondition(data.count <= UInt16.max && self.data.count < Int(UInt32.max) - data.count, "RDATA fits a record")
        guard findOwner(owner, at: place) else { return }
        records.append(
            PendingRecord(
                node: UInt32(ownerNode), timeToLive: timeToLive, dataStart: UInt32(self.data.count), line: place.line,
                dataLength: UInt16(data.count), type: type, file: place.file))
        for index in data.indices { self.data.append(data[index]) }
    }

    /// Adds a POOL record: the name answers with the targets of `pool` that are in service.
    /// - Parameter pool: at most 255 octets.
    public mutating func addPool(
        owner: Span<UInt8>, timeToLive: UInt32, pool: String, as kind: PoolRecordKind = .addresses,
        at place: SourcePlace
    ) {
        let data = [UInt8(pool.utf8.count)] + Array(pool.utf8) + kind.data
        let known = records.count
        add(owner: owner, type: kind.type, timeToLive: timeToLive, data: data.span, at: place)
        if records.count > known { records[known].isPool = true }
    }

    /// Makes `owner` the current node, with all empty non-terminals above it.
    private mutating func findOwner(_ name: Span<UInt8>, at place: SourcePlace) -> Bool {
        let isName = owner.read(name, at: 0)
        precondition(isName && owner.length == name.count, "an uncompressed name")
        guard owner.isAtOrBelow(apexWire) else {
            report(place, "\(text(of: name)) is outside the zone \(apex); move it to its own zone's file")
            return false
        }
        let known = names.count
        ownerNode = names.insert(owner)
        guard names.count > known else { return true }
        let apexLabel = owner.labelCount - apexLabelCount
        for label in 1..<max(1, apexLabel) {
            if owner.isWildcard(label) { namesBelowWildcards.append((ownerNode, place)) }
            let before = names.count
            _ = names.insert(owner, label: label)
            if names.count == before { break }
        }
        return true
    }

    /// The RDATA of a record.
    func octets(of record: PendingRecord) -> ArraySlice<UInt8> {
        data[Int(record.dataStart)..<Int(record.dataStart) + Int(record.dataLength)]
    }

    private func text(of name: Span<UInt8>) -> String {
        DomainName(trusted: name.indices.map { name[$0] }).description
    }
}

extension QueryName {
    /// Whether a label is `*`.
    func isWildcard(_ label: Int) -> Bool {
        let start = start(ofLabel: label)
        return self[start] == 1 && self[start + 1] == UInt8(ascii: "*")
    }

    /// Whether the name ends with the labels of `apex`, which is canonical.
    func isAtOrBelow(_ apex: [UInt8]) -> Bool {
        let start = length - apex.count
        guard start >= 0, (0...labelCount).contains(where: { self.start(ofLabel: $0) == start }) else { return false }
        for index in apex.indices where self[start + index] != apex[index] { return false }
        return true
    }
}
