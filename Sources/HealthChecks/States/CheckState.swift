// From verdicts to a state, with thresholds against flapping. Pure: the time and the random numbers are parameters.

public import Checks
public import DNSCore

extension HealthState {
    /// The worst of several: down, then unknown, then degraded, then up.
    public static func worst(_ states: some Sequence<HealthState>) -> HealthState {
        states.max { $0.severity < $1.severity } ?? .up
    }

    private var severity: Int {
        switch self {
        case .up: 0
        case .degraded: 1
        case .unknown: 2
        case .down: 3
        }
    }
}

/// One check of one address.
///
/// The last verdict decides alone, so that the first answers are true, until `fall` failures or `rise` passes in a row
/// have settled the state for the first time. From then on it takes as many to go down or come up. A degraded verdict is
/// a pass.
public struct CheckState: Sendable, Hashable {
    public internal(set) var state = HealthState.unknown
    public private(set) var consecutivePasses = 0
    public private(set) var consecutiveFailures = 0
    /// Whether there have ever been verdicts enough in a row.
    public private(set) var isSettled = false

    public init() {}

    /// Whether verdicts are being counted that have not changed the state yet.
    public var isChanging: Bool {
        switch state {
        case .up, .degraded: consecutiveFailures > 0
        case .down: consecutivePasses > 0
        case .unknown: false
        }
    }

    /// Counts a verdict.
    public mutating func record(_ outcome: Verdict.Outcome, schedule: Schedule) {
        if outcome.isFailure {
            consecutivePasses = 0
            consecutiveFailures = min(consecutiveFailures, Self.maximumCount) + 1
            isSettled = isSettled || consecutiveFailures >= schedule.fall
            if !isSettled || consecutiveFailures >= schedule.fall { state = .down }
            return
        }
        consecutiveFailures = 0
        consecutivePasses = min(consecutivePasses, Self.maximumCount) + 1
        isSettled = isSettled || consecutivePasses >= schedule.rise
        if !isSettled || state != .down || consecutivePasses >= schedule.rise {
            state = outcome == .passed ? .up : .degraded
        }
    }

    /// Counts stop here.
    static let maximumCount = 1_000_000

    /// From the start of the last probe to the start of the next: the interval, moved by up to `Schedule.jitter` so
    /// that probes spread out, or `recheckInterval` after a failure as long as more of them would say more.
    public func nextDelay(_ schedule: Schedule, using generator: inout some RandomNumberGenerator) -> Duration {
        if consecutiveFailures > 0, state != .down || !isSettled { return schedule.recheckInterval }
        let factor = Double.random(in: 1 - Schedule.jitter...1 + Schedule.jitter, using: &generator)
        return schedule.interval * factor
    }
}
