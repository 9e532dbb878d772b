// Which names have a POOL record that gives them addresses. A zone in its serving form does not tell, so the zone files are read once more.

import DNSCore
import ZoneFiles

/// Takes the POOL records of zone files, and nothing else.
struct PoolOwners: RecordSink {
    private(set) var records: [(owner: DomainName, pool: String)] = []

    /// All zone files of `directory`, which can be read without an error.
    init(directory: String) {
        for file in listZoneFiles(in: directory).0 {
            _ = readZoneFile(file.path, displayPath: file.path, origin: file.zone, into: &self)
        }
    }

    mutating func addFile(_ path: String) -> UInt16 { 0 }

    mutating func add(
        owner: Span<UInt8>, type: RecordType, timeToLive: UInt32, data: Span<UInt8>, at place: SourcePlace
    ) {}

    mutating func addPool(
        owner: Span<UInt8>, timeToLive: UInt32, pool: String, as kind: PoolRecordKind, at place: SourcePlace
    ) {
        guard kind == .addresses, let name = try? DomainName(wire: owner.indices.map { owner[$0] }) else { return }
        records.append((name, pool))
    }
}
