// The query log: one thread that takes what workers have left in their rings, writes it as dnstap, and is the only one
// that ever waits. When nobody takes the frames, the rings fill, and workers count what finds no room.

public import Listeners
public import Logging
import Glibc
import Synchronization

/// Where and how queries are logged.
public struct QueryLogOptions: Sendable {
    public enum Output: Hashable, Sendable {
        /// A unix socket on which somebody receives Frame Streams.
        case socket(path: String)
        /// A file, full at `longest` octets, and how many full ones are kept.
        case file(path: String, longest: Int, keep: Int)
    }

    public var output: Output
    /// What this server calls itself; may be empty.
    public var identity: String
    /// The program and its version.
    public var version: String
    public var clientPrefix: ClientPrefix

    public init(output: Output, identity: String, version: String, clientPrefix: ClientPrefix = ClientPrefix()) {
        self.output = output
        self.identity = identity
        self.version = version
        self.clientPrefix = clientPrefix
    }
}

/// Messages since the start.
public struct QueryLogFigures: Hashable, Sendable {
    public var written: UInt64
    /// That found no room, or were lost with the receiver.
    public var dropped: UInt64
}

/// Writes what the taps take.
public final class QueryLog: Sendable {
    private let options: QueryLogOptions
    private let taps: QueryTaps
    private let logger: Logger
    private let end = EndSignal()
    private let written = Atomic<UInt64>(0)
    private let lost = Atomic<UInt64>(0)

    public init(_ options: QueryLogOptions, taps: QueryTaps, logger: Logger) {
        self.options = options
        self.taps = taps
        self.logger = logger
    }

    public var figures: QueryLogFigures {
        QueryLogFigures(
            written: written.load(ordering: .relaxed),
            dropped: taps.rings.reduce(lost.load(ordering: .relaxed)) { $0 + $1.dropped })
    }

    /// Has `run()` write what there is, and return.
    public func stop() { end.set() }

    /// Writes on the calling thread until it is stopped.
    public func run() {
        var writer = LogWriter(sink: sink(), encoder: encoder(), logger: logger)
        let rings = taps.rings
        while true {
            let isEnding = end.isSet
            let report = writer.pass(over: rings)
            written.add(report.written, ordering: .relaxed)
            lost.add(report.lost, ordering: .relaxed)
            writer.tell(dropped: figures.dropped)
            if report.isMore { continue }
            if isEnding { break }
            usleep(report.written > 0 ? Self.busyPause : Self.idlePause)
        }
        writer.close()
    }

    /// In microseconds. Within the longer one, a worker that had nothing to do can begin to answer 100,000 queries a
    /// second without filling its ring.
    private static let busyPause: UInt32 = 10_000
    private static let idlePause: UInt32 = 40_000

    private func encoder() -> DnstapEncoder {
        DnstapEncoder(
            identity: options.identity, version: options.version, prefix: options.clientPrefix,
            logsQueries: taps.logsQueries, logsResponses: taps.logsResponses)
    }

    private func sink() -> any FrameSink {
        switch options.output {
        case .socket(let path): SocketSink(path: path, end: end)
        case .file(let path, let longest, let keep): FileSink(path: path, longest: longest, keep: keep)
        }
    }
}
