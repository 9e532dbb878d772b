// The section `checks` of triagedns.yaml: how targets are probed.

internal import Checks
internal import DNSCore
internal import Foundation

/// The checks of the file by name. One with an error is known by name, but has no definition.
struct CheckTable {
    var definitions: [String: CheckDefinition] = [:]
    /// In the order of the file.
    var lines: [(name: String, line: Int)] = []

    func contains(_ name: String) -> Bool { lines.contains { $0.name == name } }
}

/// Which keys each type of check takes, besides the common ones.
private let commonKeys = ["type", "port", "interval", "recheck", "fall", "rise", "timeout"]
private let keysByType: [(type: String, keys: [String])] = [
    ("tcp", []),
    ("tls", ["server_name", "verify", "ca_file"]),
    ("http", ["method", "path", "host", "expect_status"]),
    ("https", ["method", "path", "host", "expect_status", "server_name", "verify", "ca_file"]),
    ("dicom", ["called_aet", "calling_aet", "tls", "server_name", "verify", "ca_file"]),
]

func readChecks(_ section: Value) -> CheckTable {
    var table = CheckTable()
    for entry in section.entries() ?? [] {
        guard isIdentifier(entry.name) else {
            entry.report.add(
                line: entry.line, "\"\(entry.name)\" cannot name a check; write at most 63 of A-Z a-z 0-9 - and _")
            continue
        }
        table.lines.append((entry.name, entry.line))
        table.definitions[entry.name] = readCheck(entry)
    }
    return table
}

/// Whether `text` can name a pool, a target or a check.
func isIdentifier(_ text: String) -> Bool {
    1...63 ~= text.utf8.count
        && text.utf8.allSatisfy { octet in
            octet &- 0x30 < 10 || DomainName.canonical(octet) &- 0x61 < 26 || octet == 0x2d || octet == 0x5f
        }
}

private func readCheck(_ entry: Value) -> CheckDefinition? {
    let allKeys = commonKeys + keysByType.flatMap(\.keys)
    var known: [String] = []
    for key in allKeys where !known.contains(key) { known.append(key) }
    guard let fields = entry.fields(known: known) else { return nil }
    let types = keysByType.map(\.type)
    guard let typeField = fields["type"] else {
        entry.report.add(
            line: entry.line,
            "the check \(entry.name) has no type; write type: with one of \(types.joined(separator: ", "))")
        return nil
    }
    guard let type = typeField.choice(types) else { return nil }
    refuseForeignKeys(fields, type)
    guard let port = readPort(fields["port"], type, entry), let kind = readKind(fields, type) else { return nil }
    return CheckDefinition(
        name: entry.name, kind: kind, port: port, schedule: readSchedule(fields, type),
        timeouts: readTimeouts(fields, type))
}

private func refuseForeignKeys(_ fields: [String: Value], _ type: String) {
    let own = commonKeys + (keysByType.first { $0.type == type }?.keys ?? [])
    for (key, value) in fields.sorted(by: { $0.value.line < $1.value.line }) where !own.contains(key) {
        let types = keysByType.filter { $0.keys.contains(key) }.map(\.type).joined(separator: ", ")
        value.report.add(line: value.line, "\(key) does not apply to type \(type), only to \(types); remove it")
    }
}

private func readPort(_ value: Value?, _ type: String, _ entry: Value) -> UInt16? {
    if let value { return value.integer(in: 1...65_535).map { UInt16($0) } }
    switch type {
    case "http": return 80
    case "tls", "https": return 443
    case "dicom": return 11_112
    default:
        entry.report.add(line: entry.line, "the check \(entry.name) of type \(type) needs a port; write port: 443")
        return nil
    }
}

private func readKind(_ fields: [String: Value], _ type: String) -> CheckDefinition.Kind? {
    switch type {
    case "tcp": return .tcp
    case "tls": return .tls(readTLS(fields))
    case "http": return .http(readHTTP(fields))
    case "https": return .https(readHTTP(fields), readTLS(fields))
    default:
        var options = DICOMOptions()
        options.calledAETitle = fields["called_aet"]?.text(.title) ?? options.calledAETitle
        options.callingAETitle = fields["calling_aet"]?.text(.title) ?? options.callingAETitle
        let usesTLS = fields["tls"]?.boolean() ?? false
        for key in ["server_name", "verify", "ca_file"] where !usesTLS {
            guard let value = fields[key] else { continue }
            value.report.add(line: value.line, "\(key) needs TLS; write tls: true beside it, or remove it")
        }
        return .dicom(options, usesTLS ? readTLS(fields) : nil)
    }
}

private func readTLS(_ fields: [String: Value]) -> TLSOptions {
    var options = TLSOptions()
    options.serverName = fields["server_name"]?.text(.serverName)
    let words = TLSOptions.Verification.allCases.map(\.rawValue)
    let word = fields["verify"]?.choice(words)
    options.verification = word.flatMap(TLSOptions.Verification.init(rawValue:)) ?? .off
    if let value = fields["ca_file"], let path = value.filePath("ca.pem") {
        if !FileManager.default.isReadableFile(atPath: path) {
            value.fail("ca_file: cannot read \(path); write the path of a PEM file, as seen from this file's directory")
        }
        options.authorityFile = path
    }
    return options
}

private func readHTTP(_ fields: [String: Value]) -> HTTPOptions {
    var options = HTTPOptions()
    options.method = fields["method"]?.text(.method) ?? options.method
    options.path = fields["path"]?.text(.path, hint: "; write path: /health") ?? options.path
    options.host = fields["host"]?.text(.host)
    if let value = fields["expect_status"] { options.expectedStatus = readStatuses(value) }
    return options
}

private func readStatuses(_ value: Value) -> [ClosedRange<Int>] {
    let elements = value.list()
    if elements.isEmpty { value.fail("expect_status names no status; write expect_status: [200-299, 401]") }
    return elements.compactMap { $0.text(.status).flatMap(CheckRule.statuses) }
}
