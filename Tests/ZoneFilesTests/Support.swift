// What the tests of master files share: a sink that keeps everything, and files that last for one test.

import DNSCore
import Foundation
import ZoneFiles

/// Keeps what a reader hands over.
struct CollectingSink: RecordSink, ~Copyable {
    struct Record: Equatable {
        var owner: String
        var type: UInt16
        var timeToLive: UInt32
        var data: [UInt8]
        var file: UInt16
        var line: UInt32
    }
    struct Pool: Equatable {
        var owner: String
        var timeToLive: UInt32
        var pool: String
        var line: UInt32
        var kind = PoolRecordKind.addresses
    }

    var files: [String] = []
    var records: [Record] = []
    var pools: [Pool] = []

    mutating func addFile(_ path: String) -> UInt16 {
        files.append(path)
        return UInt16(files.count - 1)
    }

    mutating func add(
        owner: Span<UInt8>, type: RecordType, timeToLive: UInt32, data: Span<UInt8>, at place: SourcePlace
    ) {
        records.append(
            Record(
                owner: name(owner), type: type.rawValue, timeToLive: timeToLive, data: octets(data), file: place.file,
                line: place.line))
    }

    mutating func addPool(
        owner: Span<UInt8>, timeToLive: UInt32, pool: String, as kind: PoolRecordKind, at place: SourcePlace
    ) {
        pools.append(Pool(owner: name(owner), timeToLive: timeToLive, pool: pool, line: place.line, kind: kind))
    }

    private func octets(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

    private func name(_ span: Span<UInt8>) -> String {
        (try? DomainName(wire: octets(span)).description) ?? "not a name: \(octets(span))"
    }
}

/// What came out of reading one zone.
struct Outcome {
    var records: [CollectingSink.Record]
    var pools: [CollectingSink.Pool]
    var files: [String]
    var findings: [Diagnostic]

    /// `owner ttl type hex`, for short comparisons.
    var lines: [String] {
        records.map { "\($0.owner) \($0.timeToLive) \($0.type) \(hex($0.data))" }
    }
    /// `file:line: error: message`.
    var messages: [String] { findings.map(\.description) }
    var owners: [String] { records.map(\.owner) }
}

func hex(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Reads `text` as `db.zone`, beside the other files given, each by its path.
func readZone(_ text: String, origin: String = "example.org", others: [String: String] = [:]) throws -> Outcome {
    try readZone(octets: Array(text.utf8), origin: origin, others: others)
}

func readZone(octets: [UInt8], origin: String = "example.org", others: [String: String] = [:]) throws -> Outcome {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("zonefiles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (path, content) in others {
        let file = directory.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: file)
    }
    try Data(octets).write(to: directory.appendingPathComponent("db.zone"))
    var sink = CollectingSink()
    let findings = readZoneFile(
        directory.path + "/db.zone", displayPath: "db.zone", origin: try DomainName(origin), into: &sink)
    return Outcome(records: sink.records, pools: sink.pools, files: sink.files, findings: findings)
}
