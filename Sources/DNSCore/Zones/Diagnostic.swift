// What is wrong with a file, where, and what to write instead.

/// One finding in a zone file or in triagedns.yaml.
public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable { case error, warning }

    public var severity: Severity
    /// The path as the user named it, and the line, from 1; line 0 means the file as a whole.
    public var file: String
    public var line: Int
    /// What is wrong and what to write instead, in one sentence without a full stop.
    public var message: String

    public init(_ severity: Severity = .error, file: String, line: Int, _ message: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.message = Self.printable(message)
    }
}

extension Diagnostic {
    /// A message that may quote the file, its control characters written as `\x1b`: they would begin a command to the
    /// reader's terminal.
    private static func printable(_ message: String) -> String {
        let isControl = { (scalar: Unicode.Scalar) in scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value }
        guard message.unicodeScalars.contains(where: isControl) else { return message }
        return message.unicodeScalars.reduce(into: "") { text, scalar in
            guard isControl(scalar) else { return text.unicodeScalars.append(scalar) }
            let digits = String(scalar.value, radix: 16)
            text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
        }
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line: error: message`, as compilers print it.
    public var description: String {
        "\(file)\(line > 0 ? ":\(line)" : ""): \(severity.rawValue): \(message)"
    }
}
