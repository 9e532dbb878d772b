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
    let shape: ValueShape
    let report: Report

    init(_ node: Node, name: String, line: Int? = nil, shape: ValueShape, report: Report) {
        self.node = node
        self.name = name
        self.shape = shape
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
            Value(
                value, name: key.scalar?.string ?? "?", line: key.mark?.line, shape: shape.entry ?? shape,
                report: report)
        }
    }

    /// The entries of a mapping whose keys are those of `section`; reports the others.
    func fields(of section: KeySection) -> Fields? {
        for entry in entries() ?? [] where section.key(entry.name) == nil {
            let hint = Diagnostic.nearest(to: entry.name, among: section.names).map { "did you mean \($0)?" }
            let all = section.names.joined(separator: ", ")
            report.add(line: entry.line, "unknown key \"\(entry.name)\" in \(name); \(hint ?? "there are \(all)")")
        }
        return knownFields(of: section)
    }

    /// The same, when the others have been reported.
    func knownFields(of section: KeySection) -> Fields? {
        guard isNull || isMapping else { return nil }
        var fields: [String: Value] = [:]
        for entry in entries() ?? [] {
            guard let key = section.key(entry.name) else { continue }
            fields[entry.name] = Value(entry.node, name: entry.name, line: entry.line, shape: key.shape, report: report)
        }
        return Fields(section, fields)
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

    /// A whole number, in the range that the table of keys has.
    func integer() -> Int? {
        guard let range = shape.integers else { preconditionFailure("\(name) is no number in the table of keys") }
        guard let text, text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(text), range ~= value else {
            fail("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)\(butIs)")
            return nil
        }
        return value
    }

    /// `500ms`, `10s`, `5min`, `1h` or `1d`, in the range that the table of keys has.
    func duration() -> Duration? {
        guard let range = shape.durations else { preconditionFailure("\(name) is no duration in the table of keys") }
        guard let text, let duration = Duration(text: text) else {
            let examples = range.upperBound > .seconds(86_400) ? "12h or 30d" : "500ms, 10s, 5min or 1h"
            fail("\(name) must be a duration such as \(examples)\(butIs)")
            return nil
        }
        guard range ~= duration else {
            fail("\(name) must be from \(write(range.lowerBound)) to \(write(range.upperBound))\(butIs)")
            return nil
        }
        return duration
    }

    /// One of the words that the table of keys has.
    func choice() -> String? {
        let words = shape.wordList
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
        guard let sequence = node.sequence else {
            return [Value(node, name: name, line: line, shape: shape.element, report: report)]
        }
        return sequence.map { Value($0, name: name, shape: shape.element, report: report) }
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
