// Where the records of a master file go, one at a time: a `ZoneBuilder` when serving, a list in tests.

public import DNSCore

/// Takes records as they are read. Spans are valid for the call only.
public protocol RecordSink: ~Copyable {
    /// Notes a file, by the path to print in messages, and gives the index that `SourcePlace.file` names it by.
    mutating func addFile(_ path: String) -> UInt16

    /// Takes one record: an uncompressed owner name, and RDATA without its length and with uncompressed names.
    mutating func add(
        owner: Span<UInt8>, type: RecordType, timeToLive: UInt32, data: Span<UInt8>, at place: SourcePlace)

    /// Takes a POOL record.
    mutating func addPool(
        owner: Span<UInt8>, timeToLive: UInt32, pool: String, as kind: PoolRecordKind, at place: SourcePlace)
}

extension ZoneBuilder: RecordSink {}
