// What probing finds, and what it keeps up with, in figures for metrics.

internal import Synchronization

/// How many probes run, how late they start, and what they have found.
public struct ProbingFigures: Sendable {
    /// Now; the most at a time since the start; and the most that may.
    public var running: Int
    public var mostRunning: Int
    public var limit: Int
    /// How much later than planned probes have started.
    public var lateness: DurationHistogram
    /// Probes that this machine could not run, and which so have no verdict.
    public var notRun: UInt64
    /// By name of the check.
    public var checks: [String: ProbeTally]

    /// Of the lateness, in seconds.
    public static let latenessBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

    public init(
        running: Int, mostRunning: Int, limit: Int, lateness: DurationHistogram, notRun: UInt64 = 0,
        checks: [String: ProbeTally] = [:]
    ) {
        self.running = running
        self.mostRunning = mostRunning
        self.limit = limit
        self.lateness = lateness
        self.notRun = notRun
        self.checks = checks
    }
}

extension HealthMonitor {
    /// What probing finds and keeps up with.
    public func figures() -> ProbingFigures {
        let (running, most) = slots.taken
        let tallies = tallies.current
        return ProbingFigures(
            running: running, mostRunning: most, limit: slotCount.withLock { $0 }, lateness: tallies.lateness,
            notRun: tallies.notRun, checks: tallies.checks)
    }
}
