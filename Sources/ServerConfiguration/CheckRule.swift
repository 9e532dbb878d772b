// What the texts of a check must be, wherever an operator writes them: in triagedns.yaml, or as options of `probe`.

internal import Checks
internal import DNSCore
internal import Foundation

/// One kind of text.
public struct CheckRule: Sendable {
    /// What must hold, to be written after the name of the value.
    public let text: String
    /// What of a value others may see; nil for nothing.
    private let shown: @Sendable (String) -> String?
    private let holds: @Sendable (String) -> Bool

    init(
        text: String, shown: @escaping @Sendable (String) -> String? = { $0 },
        holds: @escaping @Sendable (String) -> Bool
    ) {
        self.text = text
        self.shown = shown
        self.holds = holds
    }

    /// What is wrong with a value that is called `name`; nil if nothing is.
    public func problem(_ name: String, _ value: String) -> String? {
        guard !holds(value) else { return nil }
        return "\(name) \(text)" + (shown(value).map { ", but is \"\($0)\"" } ?? "")
    }
}

extension CheckRule {
    public static let method = CheckRule(text: "must be one of \(methods.joined(separator: ", "))") {
        methods.contains($0)
    }

    static let methods = ["GET", "HEAD", "OPTIONS"]

    public static let path = CheckRule(
        text: "must start with / and hold no blanks", shown: { Secrets.masked(path: $0) }
    ) {
        $0.hasPrefix("/") && isPrintable($0)
    }

    /// The Host header.
    public static let host = CheckRule(text: "must be a host name") {
        !$0.isEmpty && isPrintable($0) && !$0.contains("/")
    }

    public static let serverName = CheckRule(text: "must be a host name") {
        !$0.isEmpty && $0 != "@" && $0 != "." && (try? DomainName($0)) != nil && IPAddress($0) == nil
    }

    /// An application entity title (PS3.8 §9.3.2, PS3.5 §6.2).
    public static let title = CheckRule(text: "must be 1 to 16 ASCII characters, not all blank, without backslash") {
        1...16 ~= $0.utf8.count && $0.contains { $0 != " " } && $0.utf8.allSatisfy { 0x20...0x7e ~= $0 && $0 != 0x5c }
    }

    public static let status = CheckRule(text: "must be statuses from 100 to 599, such as 200-299 or 401") {
        statuses($0) != nil
    }

    /// A field name (RFC 9110 §5.1).
    static let headerName = CheckRule(text: "must be a word such as Accept") { text in
        !text.isEmpty
            && text.utf8.allSatisfy { isPrintable($0) && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
    }

    static let headerValue = CheckRule(text: "must be one line of ASCII", shown: { _ in nil }) {
        $0.utf8.allSatisfy { 0x20...0x7e ~= $0 || $0 == 0x09 }
    }

    static let pattern = CheckRule(text: "must be a regular expression") {
        !$0.isEmpty && (try? Regex($0)) != nil
    }

    static let pin = CheckRule(
        text: "must be 64 hexadecimal digits, with colons or without, or sha256// and 44 characters of Base64"
    ) {
        pin($0) != nil
    }

    /// Reads the SHA-256 of a certificate, or of a key.
    static func pin(_ text: String) -> TLSOptions.Pin? {
        if text.hasPrefix("sha256//") {
            guard let data = Data(base64Encoded: String(text.dropFirst(8))), data.count == 32 else { return nil }
            return .publicKey(Array(data))
        }
        let digits = text.filter { $0 != ":" }
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ isHexadecimal($0) }) else { return nil }
        let halves = Array(digits)
        return .certificate(
            stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(halves[$0...$0 + 1]), radix: 16) })
    }

    private static func isHexadecimal(_ octet: UInt8) -> Bool {
        0x30...0x39 ~= octet || 0x61...0x66 ~= octet | 0x20
    }

    /// Reads `204` or `200-299`.
    public static func statuses(_ text: String) -> ClosedRange<Int>? {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            part.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(part) : nil
        }
        guard 1...2 ~= bounds.count, let first = bounds[0], let last = bounds[bounds.count - 1], first <= last,
            first >= 100, last <= 599
        else { return nil }
        return first...last
    }

    /// Whether text can stand in an HTTP request line or header without another meaning.
    private static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy(isPrintable) }

    private static func isPrintable(_ octet: UInt8) -> Bool { 0x21...0x7e ~= octet }
}
