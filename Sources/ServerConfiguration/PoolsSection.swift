// The section `pools` of triagedns.yaml: who answers, by which policy, after which checks.

internal import Checks
internal import DNSCore

/// The checks that `profile: orthanc` stands for: an HTTPS path that reaches Orthanc and its database behind nginx, and
/// a C-ECHO. See DESIGN.md, "Health: what is known".
let orthancProfile = [
    CheckDefinition(
        name: "orthanc-https",
        kind: .https(
            HTTPOptions(path: "/orthanc/changes?last", expectedStatus: [200...299, 401...401, 403...403]), TLSOptions()),
        port: 443),
    CheckDefinition(
        name: "orthanc-dicom", kind: .dicom(DICOMOptions(calledAETitle: "ORTHANC"), nil), port: 11_112,
        schedule: dicomSchedule),
]

/// Reads one pool; nil if it cannot be used, which has then been reported.
func readPool(_ entry: Value, checks: CheckTable, used: inout Set<String>) -> ConfiguredPool? {
    let report = entry.report
    if !isIdentifier(entry.name) {
        report.add(line: entry.line, "\"\(entry.name)\" cannot name a pool; write at most 63 of A-Z a-z 0-9 - and _")
    }
    guard let fields = entry.fields(of: .pool) else { return nil }
    let policy = fields["policy"]?.choice(of: PoolPolicy.self) ?? .roundRobin
    let answers = fields["answers"]?.integer()
    let usedChecks = readPoolChecks(fields, checks, &used, entry.name)
    warnOfAdvice(entry, usedChecks)
    guard let entries = fields["targets"].map({ $0.entries() }) ?? [] else { return nil }
    guard !entries.isEmpty else {
        report.add(
            line: entry.line, "the pool \(entry.name) has no targets; write targets: with name: address lines below it")
        return nil
    }
    let line = fields["targets"]?.line ?? entry.line
    let isFlattened = fields["flatten"]?.boolean() ?? false
    let targets = TargetReader(pool: entry.name, policy: policy, isFlattened: isFlattened, report: report)
        .read(entries, line: line)
    if let flatten = fields["flatten"], isFlattened, !targets.isEmpty, !targets.contains(where: \.isHost) {
        report.add(
            line: flatten.line, "flatten has no effect, as no target of \(entry.name) has a host; remove it")
    }
    let health = PoolHealthReader(policy: policy, targets: targets, fields: fields)
    let names = entries.map(\.name)
    let definition = PoolDefinition(
        name: entry.name, policy: policy, answers: answers, targets: targets,
        preferences: fields["prefer"].map { readPreferences($0, of: entry.name, targets: names) } ?? PoolPreferences(),
        service: health.readService())
    if let value = fields["profile"] ?? fields["checks"], !targets.isEmpty, targets.allSatisfy(\.isNestedPool) {
        report.add(
            line: value.line,
            "\(value.name) has no effect, as all targets of \(entry.name) are pools; write it in these pools")
    }
    let lines = Dictionary(entries.map { ($0.name, $0.line) }, uniquingKeysWith: { first, _ in first })
    var pool = ConfiguredPool(
        definition: definition, checks: usedChecks, targetProbing: readTargetProbing(entries, checks, &used),
        rules: health.readRules(), line: entry.line, targetLines: lines)
    pool.recoveryTarget = fields["recovery_target"].flatMap { value in
        value.duration().map { RecoveryTarget(duration: $0, line: value.line) }
    }
    return pool
}

private func readPoolChecks(
    _ fields: Fields, _ checks: CheckTable, _ used: inout Set<String>, _ pool: String
) -> [CheckDefinition] {
    let profile = fields["profile"]?.choice() == nil ? [] : orthancProfile
    guard let list = fields["checks"] else { return profile }
    return readCheckNames(list, of: "the pool \(pool)", after: profile, checks, &used)
}

/// Says that nothing can take a target out, if so.
private func warnOfAdvice(_ pool: Value, _ checks: [CheckDefinition]) {
    guard !checks.isEmpty, checks.allSatisfy({ $0.role == .advisory }) else { return }
    pool.report.add(
        .warning, line: pool.line,
        "all checks of the pool \(pool.name) are advisory, so nothing takes a target out; make one of them required")
}
