// What is wrong with one zone's files, up to a limit: a wrong file of a million lines gives a readable answer.

internal import DNSCore

/// Collects diagnostics; the first 100 errors and the first 100 warnings are kept, the rest counted.
struct Findings {
    private var list: [Diagnostic] = []
    private var errors = 0
    private var warnings = 0
    /// Where the first is that was left out.
    private var nextError: (file: String, line: Int)?
    private var nextWarning: (file: String, line: Int)?

    static let maximum = 100

    mutating func add(_ severity: Diagnostic.Severity, file: String, line: Int, _ message: String) {
        let count = severity == .error ? errors : warnings
        if count < Self.maximum {
            list.append(Diagnostic(severity, file: file, line: line, message))
        } else if count == Self.maximum {
            if severity == .error { nextError = (file, line) } else { nextWarning = (file, line) }
        }
        if severity == .error { errors += 1 } else { warnings += 1 }
    }

    /// All that is kept, and how many more there were.
    func finished() -> [Diagnostic] {
        var list = list
        if let (file, line) = nextError {
            list.append(Diagnostic(file: file, line: line, Self.rest(errors, "errors")))
        }
        if let (file, line) = nextWarning {
            list.append(Diagnostic(.warning, file: file, line: line, Self.rest(warnings, "warnings")))
        }
        return list
    }

    private static func rest(_ count: Int, _ plural: String) -> String {
        "… and \(count - maximum) more \(plural), the first of them here"
    }
}

/// What is wrong with one record or directive.
struct Problem: Error {
    var message: String
    init(_ message: String) { self.message = message }
}
