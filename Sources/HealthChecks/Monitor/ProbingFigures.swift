// What probing keeps up with, in figures for metrics.

internal import Synchronization

/// How many probes run, and how late they start.
public struct ProbingFigures: Sendable {
    /// Now; the most at a time since the start; and the most that may.
    public var running: Int
    public var mostRunning: Int
    public var limit: Int
    /// How many probes started later than planned by no more than each of `bounds`, in seconds, and those above; not
    /// cumulative.
    public var lateness: [UInt64]
    /// The sum of it.
    public var totalLateness: Duration

    /// Of the lateness, in seconds.
    public static let bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

    public init(running: Int, mostRunning: Int, limit: Int, lateness: [UInt64], totalLateness: Duration) {
        self.running = running
        self.mostRunning = mostRunning
        self.limit = limit
        self.lateness = lateness
        self.totalLateness = totalLateness
    }
}

/// Counts how late probes start.
final class LatenessCounter: Sendable {
    private struct State {
        var counts = [UInt64](repeating: 0, count: ProbingFigures.bounds.count + 1)
        var total = Duration.zero
    }

    private let state = Mutex(State())

    func count(_ lateness: Duration) {
        // A clock that is asked twice may say that a probe is early by nothing.
        let lateness = max(lateness, .zero)
        let place = ProbingFigures.bounds.firstIndex { lateness <= .seconds($0) } ?? ProbingFigures.bounds.count
        state.withLock { state in
            state.counts[place] += 1
            state.total += lateness
        }
    }

    var values: (counts: [UInt64], total: Duration) { state.withLock { ($0.counts, $0.total) } }
}

extension HealthMonitor {
    /// What probing keeps up with.
    public func figures() -> ProbingFigures {
        let (counts, total) = lateness.values
        let (running, most) = slots.taken
        return ProbingFigures(
            running: running, mostRunning: most, limit: slotCount.withLock { $0 }, lateness: counts,
            totalLateness: total)
    }
}
