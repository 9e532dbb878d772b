// Collects the records of one zone, checks them, and lays them out for lookup.

/// Where a record was written.
public struct SourcePlace: Hashable, Sendable {
    /// Index of the file, as `ZoneBuilder.addFile(_:)` returned it.
    public var file: UInt16
    /// From 1.
    public var line: UInt32

    public init(file: UInt16, line: UInt32) {
        self.file = file
        self.line = line
    }
}

/// Takes the records of one zone one at a time, in any order.
public struct ZoneBuilder: ~Copyable {
    public let apex: DomainName
    private var files: [String] = []

    public init(apex: DomainName) { self.apex = apex }

    /// Notes a file (by the path to print in messages) that records come from.
    public mutating func addFile(_ path: String) -> UInt16 {
        files.append(path)
        return UInt16(files.count - 1)
    }

    /// Adds one record. `owner` is an uncompressed name, `data` RDATA without its length and with uncompressed names.
    public mutating func add(
        owner: Span<UInt8>, type: RecordType, timeToLive: UInt32, data: Span<UInt8>, at place: SourcePlace
    ) {}

    /// Adds a POOL record: the name answers with the targets of `pool` that are in service.
    public mutating func addPool(owner: Span<UInt8>, timeToLive: UInt32, pool: String, at place: SourcePlace) {}
}
