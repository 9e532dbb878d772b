// Zone files: every finding has its place, and a zone without errors answers for its records as `AnswerRules` says.
//
// Input: the file of the zone example.org.

import DNSCore
import FuzzSupport
import ZoneFiles

private let origin = DomainName(known: "example.org")

private let pools: [PoolDefinition] = [
    PoolDefinition(
        name: "orthanc", policy: .roundRobin,
        targets: [TargetDefinition(name: "a", endpoint: .addresses([.v4(0xc000_020a), .v6(1, 2)]))]),
    PoolDefinition(
        name: "hosts", policy: .roundRobin,
        targets: [TargetDefinition(name: "a", endpoint: .host(HostEndpoint(DomainName(known: "a.example.org"))))]),
]

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = unsafe octets(start, count)
    guard !generatesManyRecords(text) else { return InputUse.leftOut }
    let (zone, findings) = readZone(text, origin: origin, pools: pools)
    checkFindings(findings, text)
    guard let zone else {
        demand(findings.contains { $0.severity == .error }, "no zone, but nothing is wrong")
        return InputUse.kept
    }
    ask(zone, text)
    return InputUse.kept
}

private func checkFindings(_ findings: [Diagnostic], _ text: [UInt8]) {
    let lines = text.count { $0 == 0x0a } + 1
    for finding in findings {
        demand(!finding.file.isEmpty && !finding.message.isEmpty, "a finding without file or text")
        demand(finding.file != "db" || 0...lines ~= finding.line, "there is no line \(finding.line)")
        let isPrintable = finding.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        demand(isPrintable, "control characters for a terminal: \(finding.message.debugDescription)")
    }
}

/// Asks for the apex and for every record that was read.
private func ask(_ zone: Zone, _ text: [UInt8]) {
    let world = World([zone], pools: pools)
    let apex = world.check(query(origin.wire, 6), over: .udp)
    demand(apex?.code == 0 && apex?.isAuthoritative == true, "no SOA from a zone without errors")
    demand(apex?.sections[0].contains { $0.type == 6 } == true || apex?.isTruncated == true, "no SOA at the apex")
    var owners = OwnerSink()
    _ = withFile(text) { readZoneFile($0, displayPath: "db", origin: origin, into: &owners) }
    for (owner, type) in owners.list {
        for asked in [type, 1, 255] {
            let answer = world.check(query(owner, asked), over: .tcp)
            demand(answer.map { [0, 3, 6].contains($0.code) } ?? false, "code \(answer?.code ?? -1) for \(hex(owner))")
            world.check(query([1, 0x78] + owner, asked), over: .udp)
        }
    }
}

/// A query with EDNS.
private func query(_ name: [UInt8], _ type: UInt16) -> [UInt8] {
    [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1] + name + [UInt8(type >> 8), UInt8(type & 0xff), 0, 1]
        + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
}

/// Keeps the owners and types of the first records.
private struct OwnerSink: RecordSink, ~Copyable {
    var list: [([UInt8], UInt16)] = []

    mutating func addFile(_ path: String) -> UInt16 { 0 }

    mutating func add(
        owner: Span<UInt8>, type: RecordType, timeToLive: UInt32, data: Span<UInt8>, at place: SourcePlace
    ) {
        if list.count < 20 { list.append((owner.indices.map { owner[$0] }, type.rawValue)) }
    }

    mutating func addPool(
        owner: Span<UInt8>, timeToLive: UInt32, pool: String, as kind: PoolRecordKind, at place: SourcePlace
    ) {
        if list.count < 20 { list.append((owner.indices.map { owner[$0] }, 28)) }
    }
}

/// Whether a $GENERATE may make more than 999 records, which takes time and shows nothing new.
private func generatesManyRecords(_ text: [UInt8]) -> Bool {
    let lower = text.map { $0 | 0x20 }
    let word = Array("generate".utf8)
    guard lower.count > word.count else { return false }
    return (0..<lower.count - word.count).contains { start in
        guard lower[start..<start + word.count] == word[...] else { return false }
        let range = text[(start + word.count)...].drop { $0 <= 0x20 }.prefix { $0 > 0x20 }
        return range.split { !(0x30...0x39).contains($0) }.contains { $0.count > 3 }
    }
}
