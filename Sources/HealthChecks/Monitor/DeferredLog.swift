// Lines of the log, written by a task of their own, in their order.

internal import Logging

/// Takes lines at once and writes them while `run()` runs.
struct DeferredLog: Sendable {
    private let logger: Logger
    private let lines: AsyncStream<(level: Logger.Level, text: String)>
    private let input: AsyncStream<(level: Logger.Level, text: String)>.Continuation

    /// Lines that may wait; of more, the oldest are not written.
    private static let capacity = 10_000

    init(_ logger: Logger) {
        self.logger = logger
        (lines, input) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    func write(_ level: Logger.Level, _ text: String) { input.yield((level, text)) }

    /// Writes until it is ended, and then what is left.
    func run() async {
        for await line in lines { logger.log(level: line.level, "\(line.text)") }
    }

    func end() { input.finish() }
}
