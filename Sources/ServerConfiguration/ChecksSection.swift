// The section `checks` of triagedns.yaml: how targets are probed.

public import Checks
internal import DNSCore
internal import Foundation
internal import Yams

/// The checks of the file by name. One with an error is known by name, but has no definition.
struct CheckTable {
    var definitions: [String: CheckDefinition] = [:]
    /// In the order of the file.
    var lines: [(name: String, line: Int)] = []

    func contains(_ name: String) -> Bool { lines.contains { $0.name == name } }
}

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

/// Reads one check from options that are named as the keys of triagedns.yaml, by the same rules. Files are looked for
/// from the working directory.
/// - Returns: the check, nil if there is an error; and everything that is wrong.
public func readCheck(type: String, options: [(key: String, values: [String])]) -> (CheckDefinition?, [String]) {
    let report = Report(file: "")
    let node = Node(
        [(Node("type"), Node(type))]
            + options.map { key, values in (Node(key), written(key, values)) })
    let check = readCheck(Value(node, name: type, shape: .section(.check), report: report))
    return (report.hasErrors ? nil : check, report.diagnostics.map(\.message))
}

/// What would stand in the file: a list, a mapping for `Name: value` lines, or one text.
private func written(_ key: String, _ values: [String]) -> Node {
    switch key {
    case "expect_status", "pins", "command": return Node(values.map { text($0) })
    case "headers":
        return Node(
            values.map { line in
                let name = line.prefix { $0 != ":" }
                return (text(String(name)), text(line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)))
            })
    default: return text(values.last ?? "")
    }
}

/// A text as if it stood in quotes: `~` is a tilde.
private func text(_ text: String) -> Node { Node(text, .implicit, .doubleQuoted) }

/// Whether `text` can name a pool, a target or a check.
func isIdentifier(_ text: String) -> Bool {
    1...63 ~= text.utf8.count
        && text.utf8.allSatisfy { octet in
            octet &- 0x30 < 10 || DomainName.canonical(octet) &- 0x61 < 26 || octet == 0x2d || octet == 0x5f
        }
}

private func readCheck(_ entry: Value) -> CheckDefinition? {
    guard let fields = entry.fields(of: .check) else { return nil }
    let types = checkTypes.map(\.name)
    guard let typeField = fields["type"] else {
        entry.report.add(
            line: entry.line,
            "the check \(entry.name) has no type; write type: with one of \(types.joined(separator: ", "))")
        return nil
    }
    guard let type = typeField.choice() else { return nil }
    refuseForeignKeys(fields, type)
    guard case .some(let port) = readPort(fields["port"], type, entry), let kind = readKind(fields, type, entry) else {
        return nil
    }
    return CheckDefinition(
        name: entry.name, kind: kind, port: port,
        role: fields["role"]?.choice(of: CheckDefinition.Role.self) ?? .required,
        schedule: readSchedule(fields, type), timeouts: readTimeouts(fields, type),
        slowThreshold: fields["slow"]?.duration())
}

private func refuseForeignKeys(_ fields: Fields, _ type: String) {
    for value in fields.written {
        guard let key = KeySection.check.key(value.name), !key.applies(to: type) else { continue }
        value.report.add(
            line: value.line,
            "\(key.name) does not apply to type \(type), only to \(key.owners.joined(separator: ", ")); remove it")
    }
}

/// Nil in the outer sense: there is an error.
private func readPort(_ value: Value?, _ type: String, _ entry: Value) -> UInt16?? {
    if let value { return value.integer().map { UInt16($0) } }
    switch type {
    case "http": return 80
    case "tls", "https": return 443
    case "dicom": return 11_112
    case "exec": return .some(nil)
    default:
        entry.report.add(line: entry.line, "the check \(entry.name) of type \(type) needs a port; write port: 443")
        return nil
    }
}

private func readKind(_ fields: Fields, _ type: String, _ entry: Value) -> CheckDefinition.Kind? {
    switch type {
    case "tcp": return .tcp
    case "tls": return .tls(readTLS(fields))
    case "http": return .http(readHTTP(fields))
    case "https": return .https(readHTTP(fields), readTLS(fields))
    case "exec": return readProgram(fields, entry).map { .exec($0) }
    default:
        var options = DICOMOptions()
        options.calledAETitle = fields["called_aet"]?.text(.title) ?? options.calledAETitle
        options.callingAETitle = fields["calling_aet"]?.text(.title) ?? options.callingAETitle
        let usesTLS = fields["tls"]?.boolean() ?? false
        for key in KeySection.check.keys where !usesTLS && key.owners.contains("tls") {
            guard let value = fields[key.name] else { continue }
            value.report.add(line: value.line, "\(key.name) needs TLS; write tls: true beside it, or remove it")
        }
        return .dicom(options, usesTLS ? readTLS(fields) : nil)
    }
}
