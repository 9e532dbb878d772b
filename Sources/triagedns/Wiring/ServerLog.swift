// The server's own log on standard error: a readable line for people, one JSON object a line for programs, which finds
// there what the line says in words as fields of their own.

import Foundation
import Glibc
import Logging
import ServerConfiguration

/// Writes events as they come, each with one system call, so that lines of several threads stay whole.
struct ServerLogHandler: LogHandler {
    let isJSON: Bool
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    /// The field that says which part of the server speaks.
    static let componentKey = "component"

    init(_ settings: LogSettings) {
        isJSON =
            switch settings.format {
            case .auto: isatty(STDERR_FILENO) == 0
            case .text: false
            case .json: true
            }
        logLevel = Logger.Level(rawValue: settings.level.rawValue) ?? .info
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let text =
            isJSON
            ? Self.json(time, event.level, "\(event.message)", fields)
            : Self.line(time, event.level, "\(event.message)", fields)
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// `2026-11-21T12:00:00.000Z warning health: message`
    static func line(_ time: String, _ level: Logger.Level, _ message: String, _ fields: Logger.Metadata) -> String {
        "\(time) \(level) \(fields[componentKey] ?? "server"): \(message)"
    }

    /// `{"time":…,"level":…,"component":…,"message":…}` with the other fields behind, in the order of their names.
    static func json(_ time: String, _ level: Logger.Level, _ message: String, _ fields: Logger.Metadata) -> String {
        var pairs = [
            ("time", quoted(time)), ("level", quoted("\(level)")),
            ("component", quoted("\(fields[componentKey] ?? "server")")), ("message", quoted(message)),
        ]
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) where key != componentKey {
            pairs.append((key, json(value)))
        }
        return "{\(pairs.map { "\(quoted($0)):\($1)" }.joined(separator: ","))}"
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .array(let elements): "[\(elements.map(json).joined(separator: ","))]"
        case .dictionary(let fields):
            "{\(fields.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(json($1))" }.joined(separator: ","))}"
        default: quoted("\(value)")
        }
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}

extension Logger {
    /// For one part of the server.
    func of(_ component: String) -> Logger {
        var logger = self
        logger[metadataKey: ServerLogHandler.componentKey] = "\(component)"
        return logger
    }
}

/// The log of a program: one line an event, on standard error.
func makeLogger(_ settings: LogSettings) -> Logger {
    Logger(label: "triagedns") { _ in ServerLogHandler(settings) }
}

/// The log of commands that people run by themselves: always text.
func makeLogger() -> Logger {
    var settings = LogSettings()
    settings.format = .text
    return makeLogger(settings)
}
