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
    guard let fields = value.fields(of: .log) else { return settings }
    settings.format = fields["format"]?.choice(of: LogSettings.Format.self) ?? settings.format
    settings.level = fields["level"]?.choice(of: LogSettings.Level.self) ?? settings.level
    return settings
}
