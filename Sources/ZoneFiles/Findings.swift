// What is wrong with one zone's files, up to a limit: a wrong file of a million lines gives a readable answer.

internal import DNSCore

/// Collects diagnostics; the first 100 errors and the first 100 warnings are kept, the rest counted.
struct Findings {
    private var list: [Diagnostic] = []
    private var errors = 0
    private var warnings = 0

    static let maximum = 100

    mutating func add(_ severity: Diagnostic.Severity, file: String, line: Int, _ message: String) {
        let count = severity == .error ? errors : warnings
        if count < Self.maximum {
            list.append(Diagnostic(severity, file: file, line: line, message))
        }
        if severity == .error { errors += 1 } else { warnings += 1 }
    }

    /// All that is kept, and how many more there were.
    func finished(file: String) -> [Diagnostic] {
        var list = list
        if errors > Self.maximum {
            list.append(Diagnostic(file: file, line: 0, "… and \(errors - Self.maximum) more errors"))
        }
        if warnings > Self.maximum {
            list.append(Diagnostic(.warning, file: file, line: 0, "… and \(warnings - Self.maximum) more warnings"))
        }
        return list
    }
}

/// What is wrong with one record or directive.
struct Problem: Error {
    var message: String
    init(_ message: String) { self.message = message }
}
