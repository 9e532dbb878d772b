// Reads triagedns.yaml: from its text to one validated value, or everything that is wrong with it.

public import DNSCore
internal import Foundation
internal import Yams

/// The path of the configuration file in a directory of zones.
public func configurationPath(in directory: String) -> String {
    directory + (directory.hasSuffix("/") ? "" : "/") + "triagedns.yaml"
}

/// Reads the configuration beside the zone files in `directory`. Without the file, all is at its defaults.
/// - Returns: the configuration, nil if there is an error; and everything to say about it.
public func readConfiguration(directory: String) -> (ServerConfiguration?, [Diagnostic]) {
    let file = configurationPath(in: directory)
    guard FileManager.default.fileExists(atPath: file) else { return (ServerConfiguration(), []) }
    guard let data = FileManager.default.contents(atPath: file) else {
        return (nil, [Diagnostic(file: file, line: 0, "cannot read the file; make it readable for this user")])
    }
    guard let text = String(validating: data, as: UTF8.self) else {
        return (nil, [Diagnostic(file: file, line: 0, "the file is not UTF-8; save it as UTF-8")])
    }
    return readConfiguration(text: text, file: file)
}

/// Reads the text of a configuration. Files that it names are looked for beside `file`.
/// - Returns: the configuration, nil if there is an error; and everything to say about it.
public func readConfiguration(text: String, file: String) -> (ServerConfiguration?, [Diagnostic]) {
    let report = Report(file: file)
    guard text.utf8.count <= 16 << 20 else {
        return (nil, [Diagnostic(file: file, line: 0, "the file is larger than 16 MB; this is not a configuration")])
    }
    let root: Node?
    do {
        // All values are taken as text, so the rules that tell numbers from dates (a dozen regular expressions) are not
        // made: they would stay in memory.
        root = try compose(yaml: text, .basic, .default, .utf8)
    } catch {
        return (nil, [syntaxDiagnostic(error, text: text, file: file)])
    }
    guard let root, !root.isNull else { return (ServerConfiguration(), []) }
    let configuration = read(Value(root, name: "the file", shape: .section(.file), report: report))
    return (report.hasErrors ? nil : configuration, report.diagnostics)
}

private func read(_ root: Value) -> ServerConfiguration {
    guard let fields = root.fields(of: .file) else {
        return ServerConfiguration()
    }
    var configuration = ServerConfiguration()
    if let server = fields["server"] { configuration.server = readServer(server) }
    if let prober = fields["prober"] { configuration.prober = readProber(prober) }
    let checks = fields["checks"].map(readChecks) ?? CheckTable()
    var usedChecks: Set<String> = []
    let entries = fields["pools"]?.entries() ?? []
    let pools = entries.compactMap { readPool($0, checks: checks, used: &usedChecks) }
    configuration.pools = NestedPools(pools, names: entries.map(\.name), report: root.report).pools
    checkBackups(of: configuration, root.report, fields["pools"])
    if let notify = fields["notify"] { configuration.notify = readNotify(notify, pools: entries.map(\.name)) }
    for (name, line) in checks.lines where !usedChecks.contains(name) {
        root.report.add(
            .warning, line: line, "no pool uses the check \(name); name it under checks of a pool, or remove it")
    }
    return configuration
}

/// What the YAML parser has to say, in our form.
private func syntaxDiagnostic(_ error: any Error, text: String, file: String) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        return Diagnostic(file: file, line: mark.line, "this is not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
        let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
        let line = lineOfRepetition(keys.first ?? "", in: text, after: context.mark.line)
        return Diagnostic(file: file, line: line, "\(names) is written twice here; keep one of the two")
    case .reader(let problem, let offset, _, _):
        let line = text.prefix(offset ?? 0).reduce(1) { $1.isNewline ? $0 + 1 : $0 }
        return Diagnostic(file: file, line: line, "this is not valid YAML: \(problem)")
    default:
        return Diagnostic(file: file, line: 0, "this is not valid YAML: \(error)")
    }
}

/// The line of the second `key:` from `start` on, as near as text tells; `start` if there is none.
private func lineOfRepetition(_ key: String, in text: String, after start: Int) -> Int {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var indentation: Int?
    for (index, line) in lines.enumerated() where index + 1 >= start {
        let content = line.drop { $0 == " " }
        if let indentation, !content.isEmpty, line.count - content.count < indentation { break }
        guard content.hasPrefix(key + ":") || content.hasPrefix("\"\(key)\":") else { continue }
        let depth = line.count - content.count
        if indentation == depth { return index + 1 }
        if indentation == nil { indentation = depth }
    }
    return start
}
