// Whether there are colours, and which: the one place that decides it.

/// What a text means to its reader, which its colour only repeats.
public enum Tone: Sendable, Hashable {
    case plain, heading, good, warning, bad, faint
}

/// What `--color` says.
public enum ColorChoice: String, CaseIterable, Sendable {
    /// On a terminal that can, unless `NO_COLOR` is set.
    case auto
    case always, never
}

/// How texts are shown.
public struct Palette: Sendable, Hashable {
    public var isColored: Bool

    public static let plain = Palette(isColored: false)
    public static let colored = Palette(isColored: true)

    public init(isColored: Bool) { self.isColored = isColored }

    /// - Parameters:
    ///   - isTerminal: whether what is written goes to one.
    ///   - environment: `NO_COLOR` (no-color.org: set, and not empty) and `TERM`.
    public init(_ choice: ColorChoice, isTerminal: Bool, environment: [String: String]) {
        isColored =
            switch choice {
            case .always: true
            case .never: false
            case .auto:
                isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
                    && !["dumb", ""].contains(environment["TERM"] ?? "")
            }
    }

    func paint(_ text: String, _ tone: Tone) -> String {
        guard isColored, let code = Self.code(tone), !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// ECMA-48 §8.3.117. Of the sixteen colours, which people set to what they can read.
    private static func code(_ tone: Tone) -> String? {
        switch tone {
        case .plain: nil
        case .heading: "1"
        case .good: "32"
        case .warning: "33"
        case .bad: "1;31"
        case .faint: "2"
        }
    }
}
