// A YAML value with its name and place, and readers that report what is wrong instead of throwing: all errors of a file
// come out together.

internal import Checks
internal import DNSCore
internal import Yams

/// What has been said about a file so far.
final class Report {
    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String) { self.file = file }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// - Parameter file: another file that this one names.
    func add(_ severity: Diagnostic.Severity = .error, file: String? = nil, line: Int, _ message: String) {
        diagnostics.append(Diagnostic(severity, file: file ?? self.file, line: line, message))
    }
}

/// One value of the file.
struct Value {
    let node: Node
    /// How messages call it: its key.
    let name: String
    /// Of its key, where it has one.
    let line: Int
    let report: Report

    init(_ node: Node, name: String, line: Int? = nil, report: Report) {
        self.node = node
        self.name = name
        self.line = line ?? node.mark?.line ?? 1
        self.report = report
    }

    /// Where the value itself starts.
    var valueLine: Int { node.mark?.line ?? line }

    func fail(_ message: String) { report.add(line: valueLine, message) }

    /// The entries of a mapping, in order; reports anything else. An empty value is an empty mapping.
    func entries() -> [Value]? {
        if node.isNull { return [] }
        guard let mapping = node.mapping else {
            fail("\(name) must be a mapping; write key: value lines below it")
            return nil
        }
        return mapping.map { key, value in
            Value(value, name: key.scalar?.string ?? "?", line: key.mark?.line, report: report)
        }
    }

    /// The entries of a mapping whose keys are known ones; reports the others.
    func fields(known: [String]) -> [String: Value]? {
        guard let entries = entries() else { return nil }
        var fields: [String: Value] = [:]
        for entry in entries {
            guard known.contains(entry.name) else {
                let hint = Diagnostic.nearest(to: entry.name, among: known).map { "did you mean \($0)?" }
                report.add(
                    line: entry.line,
                    "unknown key \"\(entry.name)\" in \(name); \(hint ?? "there are \(known.joined(separator: ", "))")")
                continue
            }
            fields[entry.name] = entry
        }
        return fields
    }

    var isMapping: Bool { node.mapping != nil }

    var isNull: Bool { node.isNull }

    /// Whether it is a mapping with `key`.
    func hasKey(_ key: String) -> Bool { node.mapping?.contains { $0.key.scalar?.string == key } ?? false }

    /// The line of a mapping's `key`; its own if it has none.
    func line(of key: String) -> Int {
        node.mapping?.first { $0.key.scalar?.string == key }?.key.mark?.line ?? line
    }

    /// The text of a plain value.
    var text: String? { node.scalar?.string }

    /// A plain value as text; reports anything else, and the empty one.
    func string(_ example: String) -> String? {
        guard let text, !text.isEmpty, !node.isNull else {
            fail("\(name) must be a text; write \(name): \(example)")
            return nil
        }
        return text
    }

    /// A plain value for which `rule` holds; reports anything else, with `hint`.
    func text(_ rule: CheckRule, hint: String = "") -> String? {
        guard let text, !node.isNull else {
            fail("\(name) \(rule.text)\(hint)")
            return nil
        }
        if let problem = rule.problem(name, text) {
            fail(problem + hint)
            return nil
        }
        return text
    }

    /// The path of a file, as seen from this file's directory.
    func filePath(_ example: String) -> String? {
        guard let text = string(example) else { return nil }
        let directory = report.file.lastIndex(of: "/").map { String(report.file[...$0]) } ?? ""
        return text.hasPrefix("/") ? text : directory + text
    }

    /// A whole number within `range`.
    func integer(in range: ClosedRange<Int>) -> Int? {
        guard let text, text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(text), range ~= value else {
            fail("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)\(butIs)")
            return nil
        }
        return value
    }

    /// `500ms`, `10s`, `5min`, `1h` or `1d`, from `minimum` to `maximum`, a day if not said otherwise.
    func duration(minimum: Duration = .milliseconds(1), maximum: Duration = .seconds(86_400)) -> Duration? {
        guard let text, let duration = Duration(text: text) else {
            let examples = maximum > .seconds(86_400) ? "12h or 30d" : "500ms, 10s, 5min or 1h"
            fail("\(name) must be a duration such as \(examples)\(butIs)")
            return nil
        }
        guard duration >= minimum, duration <= maximum else {
            fail("\(name) must be from \(write(minimum)) to \(write(maximum))\(butIs)")
            return nil
        }
        return duration
    }

    /// One of a few words.
    func choice(_ words: [String]) -> String? {
        guard let text, words.contains(text) else {
            fail("\(name) must be one of \(words.joined(separator: ", "))\(butIs)")
            return nil
        }
        return text
    }

    func boolean() -> Bool? {
        if let value = parseBoolean(text) { return value }
        fail("\(name) must be true or false\(butIs)")
        return nil
    }

    /// The elements of a list; a single plain value is a list of one.
    func list() -> [Value] {
        guard let sequence = node.sequence else { return [self] }
        return sequence.map { Value($0, name: name, report: report) }
    }

    /// `, but is "x"`, for plain values.
    var butIs: String { text.map { ", but is \"\($0)\"" } ?? "" }
}

extension Node {
    /// Whether nothing, `~` or `null` is written, without quotes.
    var isNull: Bool {
        guard let scalar else { return false }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    }
}

func parseBoolean(_ text: String?) -> Bool? {
    switch text?.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
}

private func write(_ duration: Duration) -> String {
    let (seconds, rest) = duration.components
    if rest == 0, seconds > 86_400, seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
    if rest == 0, seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return rest == 0
        ? "\(seconds)s" : "\(duration / .milliseconds(1))ms".replacing(".0ms", with: "ms")
}
