// From rings to a sink: one pass takes some of every ring, so that no worker waits for another one's messages.

import Listeners
import Logging

/// What `QueryLog` does again and again. Used on one thread.
struct LogWriter {
    private let sink: any FrameSink
    private var encoder: DnstapEncoder
    private let logger: Logger
    private var frames: [UInt8] = []
    /// When to try again, and how long to wait after that.
    private var retry: (at: ContinuousClock.Instant, pause: Duration)
    private var state = State.new
    private var told: (dropped: UInt64, at: ContinuousClock.Instant?) = (0, nil)

    /// Octets of frames that are written at once, about.
    private static let chunk = 65_536
    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)
    /// Between two lines of the log about messages that were dropped.
    private static let silence = Duration.seconds(60)

    private enum State {
        case new
        case working
        case away
    }

    init(sink: any FrameSink, encoder: DnstapEncoder, logger: Logger) {
        self.sink = sink
        self.encoder = encoder
        self.logger = logger
        retry = (.now, Self.firstPause)
    }

    /// What a pass did, in messages.
    struct Report {
        var written: UInt64 = 0
        var lost: UInt64 = 0
        /// Whether a ring has more.
        var isMore = false
    }

    mutating func pass(over rings: [QueryRing]) -> Report {
        var report = Report()
        guard openSink() else { return report }
        do throws(SinkError) {
            for ring in rings {
                let (count, isMore) = fill(from: ring)
                report.isMore = report.isMore || isMore
                guard count > 0 else { continue }
                report.lost += count
                try sink.write(frames)
                report.lost -= count
                report.written += count
            }
            if report.written == 0 { try sink.check() }
            tellWorking()
        } catch {
            report.isMore = false
            tellAway("\(sink.name) is lost: \(error)")
        }
        return report
    }

    /// Encodes what waits in a ring, up to a chunk.
    /// - Returns: how many messages, and whether there may be more.
    private mutating func fill(from ring: QueryRing) -> (count: UInt64, isMore: Bool) {
        frames.removeAll(keepingCapacity: true)
        var count = 0
        ring.read { exchange, query, response in
            count += encoder.append(exchange, at: ring.place, query: query, response: response, to: &frames)
            return frames.count < Self.chunk
        }
        return (UInt64(count), frames.count >= Self.chunk)
    }

    private mutating func openSink() -> Bool {
        if sink.isOpen { return true }
        guard ContinuousClock.now >= retry.at else { return false }
        do throws(SinkError) {
            try sink.open()
            return true
        } catch {
            tellAway("\(sink.name): \(error)")
            return false
        }
    }

    private mutating func tellWorking() {
        guard state != .working else { return }
        logger.notice("writing to \(sink.name)")
        state = .working
        retry = (.now, Self.firstPause)
    }

    /// Plans the next try. Says so once for each time that it is lost.
    private mutating func tellAway(_ text: String) {
        if state != .away { logger.warning("\(text); trying again, every 5 s at last") }
        state = .away
        retry = (.now + retry.pause, min(retry.pause * 2, Self.longestPause))
    }

    /// Says how many messages were dropped, when that is news, and not often.
    mutating func tell(dropped: UInt64) {
        guard dropped > told.dropped, told.at.map({ ContinuousClock.now - $0 >= Self.silence }) ?? true else { return }
        let text =
            "\(dropped - told.dropped) messages dropped, \(dropped) since the start: \(sink.name) is away, or too slow; "
            + "log a smaller share of the queries with sample"
        logger.warning("\(text)", metadata: ["dropped": "\(dropped)"])
        told = (dropped, .now)
    }

    func close() { sink.close() }
}
