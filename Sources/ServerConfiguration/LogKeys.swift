// The key `log` of the section `server`: how the server's own log looks.

/// The log on standard error.
public struct LogSettings: Hashable, Sendable {
    public enum Format: String, Hashable, Sendable, CaseIterable {
        /// `text` on a terminal, `json` elsewhere.
        case auto
        case text
        case json
    }

    public enum Level: String, Hashable, Sendable, CaseIterable {
        case debug
        case info
        case notice
        case warning
        case error
    }

    public var format = Format.auto
    /// What is less important is left out.
    public var level = Level.info

    public init() {}
}

func readLog(_ value: Value) -> LogSettings {
    var settings = LogSettings()
    guard let fields = value.fields(known: ["format", "level"]) else { return settings }
    if let format = fields["format"]?.choice(LogSettings.Format.allCases.map(\.rawValue)) {
        settings.format = LogSettings.Format(rawValue: format) ?? .auto
    }
    if let level = fields["level"]?.choice(LogSettings.Level.allCases.map(\.rawValue)) {
        settings.level = LogSettings.Level(rawValue: level) ?? .info
    }
    return settings
}
