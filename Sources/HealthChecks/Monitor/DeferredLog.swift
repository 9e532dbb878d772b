// Lines of the log, written by a task of their own, in their order.

internal import Logging

/// Takes lines at once and writes them while `run()` runs.
struct DeferredLog: Sendable {
    private let logger: Logger
    private let lines: AsyncStream<Line>
    private let input: AsyncStream<Line>.Continuation

    private struct Line {
        var level: Logger.Level
        var text: String
        var fields: Logger.Metadata = [:]
    }

    /// Lines that may wait; of more, the oldest are not written.
    private static let capacity = 10_000

    init(_ logger: Logger) {
        self.logger = logger
        (lines, input) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    func write(_ level: Logger.Level, _ text: String) { input.yield(Line(level: level, text: text)) }

    func write(_ event: HealthEvent) {
        input.yield(Line(level: event.logLevel, text: event.text, fields: event.logFields))
    }

    /// Writes until it is ended, and then what is left.
    func run() async {
        for await line in lines { logger.log(level: line.level, "\(line.text)", metadata: line.fields) }
    }

    func end() { input.finish() }
}
