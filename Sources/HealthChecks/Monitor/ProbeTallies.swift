// What probes have found since the start, by check, for metrics. Checks are told apart by name: how many series there are
// depends on how many checks an operator has written, not on how many targets.

public import Checks
internal import Synchronization

/// All probes of one check, of whatever target.
public struct ProbeTally: Hashable, Sendable {
    /// What a verdict said.
    public struct Result: Hashable, Sendable {
        /// `passed`, `degraded` or `failed`.
        public var outcome: String
        /// The layer that was degraded or failed.
        public var layer: Layer?

        public init(outcome: String, layer: Layer? = nil) {
            self.outcome = outcome
            self.layer = layer
        }
    }

    public private(set) var results: [Result: UInt64] = [Result(outcome: "passed"): 0]
    /// Whole probes, those that failed included.
    public private(set) var durations = DurationHistogram(bounds: Self.bounds)
    /// By layer that was reached and done.
    public private(set) var layers: [Layer: DurationHistogram] = [:]

    /// Of a probe, in seconds: from a port in the same rack to an echo that waits for its turn.
    public static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    public init() {}

    public mutating func add(_ verdict: Verdict) {
        results[Result(outcome: verdict.outcome.name, layer: verdict.outcome.layer), default: 0] += 1
        durations.add(verdict.latency)
        for timing in verdict.layers {
            layers[timing.layer, default: DurationHistogram(bounds: Self.bounds)].add(timing.duration)
        }
    }
}

/// Adds up what probes find.
final class ProbeTallies: Sendable {
    struct State: Sendable {
        /// By name of the check.
        var checks: [String: ProbeTally] = [:]
        /// Probes that this machine could not run.
        var notRun: UInt64 = 0
        /// How much later than planned probes have started.
        var lateness = DurationHistogram(bounds: ProbingFigures.latenessBounds)
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func countStart(_ lateness: Duration) { state.withLock { $0.lateness.add(lateness) } }

    func count(_ verdict: Verdict, of check: String) {
        state.withLock { $0.checks[check, default: ProbeTally()].add(verdict) }
    }

    func countNotRun() { state.withLock { $0.notRun += 1 } }

    /// Forgets the checks that are not in use any more.
    func keep(_ names: Set<String>) { state.withLock { $0.checks = $0.checks.filter { names.contains($0.key) } } }
}
