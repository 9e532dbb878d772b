// Lines of the log, written by a task of their own, in their order.

internal import Logging

/// Takes lines at once and writes them while `run()` runs.
struct DeferredLog: Sendable {
    private let logger: Logger
    private let lines: AsyncStream<Line>
    private let input: AsyncStream<Line>.Continuation

    /// Put into words by the task that writes: who has something to say has other things to do.
    private enum Line {
        case text(Logger.Level, String)
        case event(HealthEvent)
    }

    /// Lines that may wait; of more, the oldest are not written.
    private static let capacity = 10_000

    init(_ logger: Logger) {
        self.logger = logger
        (lines, input) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    func write(_ level: Logger.Level, _ text: String) { input.yield(.text(level, text)) }

    func write(_ event: HealthEvent) { input.yield(.event(event)) }

    /// Writes until it is ended, and then what is left.
    func run() async {
        for await line in lines {
            switch line {
            case .text(let level, let text): logger.log(level: level, "\(text)")
            case .event(let event): logger.log(level: event.logLevel, "\(event.text)", metadata: event.logFields)
            }
        }
    }

    func end() { input.finish() }
}
