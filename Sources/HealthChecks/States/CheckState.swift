// From verdicts to a state, with thresholds against flapping. Pure: the time and the random numbers are parameters.

public import Checks
public import DNSCore

/// A moment of the monitor's clock, which never goes back.
public typealias Instant = ContinuousClock.Instant

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
/// a pass, and counts at once; from there it takes `rise` passes without reserve to be up again, lest answers follow
/// every moment of business. A failure that may only mean that the target is busy degrades it at once, and takes it down when it has lasted
/// for longer than that can take.
public struct CheckState: Sendable, Hashable, Codable {
    public private(set) var state = HealthState.unknown
    public private(set) var consecutivePasses = 0
    public private(set) var consecutiveFailures = 0
    /// Those of `consecutivePasses` that came after the last degraded one.
    private var cleanPasses = 0
    /// Whether there have ever been verdicts enough in a row.
    public private(set) var isSettled = false
    /// The failures since the last pass, those included that were not counted; nil after a pass.
    public private(set) var failing: FailingRun?
    /// When the last verdict came.
    public private(set) var lastVerdict: Instant?
    /// What `state` and `isSettled` were before the first of those failures.
    private var before = Before()

    public init() {}

    /// Failures in a row, counted or not.
    public struct FailingRun: Sendable, Hashable, Codable {
        /// Of the first.
        public var since: Instant
        /// Of the last.
        public var layer: Layer
        public var sign: Verdict.Sign?
    }

    /// What the state was before the first of the failures in a row.
    var stateBeforeFailures: HealthState { before.state }

    private struct Before: Sendable, Hashable, Codable {
        var state = HealthState.unknown
        var isSettled = false
    }

    /// Whether verdicts are being counted that have not changed the state yet.
    public var isChanging: Bool {
        switch state {
        case .up: consecutiveFailures > 0
        case .degraded: consecutiveFailures > 0 || cleanPasses > 0
        case .down: consecutivePasses > 0
        case .unknown: false
        }
    }

    /// Takes a verdict.
    /// - Parameter counts: false while states are held: a failure is then remembered, but changes nothing.
    public mutating func record(
        _ outcome: Verdict.Outcome, _ sign: Verdict.Sign? = nil, schedule: Schedule, at now: Instant,
        counts: Bool = true
    ) {
        lastVerdict = now
        guard case .failed(let layer, _) = outcome else {
            failing = nil
            return countPass(outcome, schedule)
        }
        if failing == nil { before = Before(state: state, isSettled: isSettled) }
        let run = FailingRun(since: failing?.since ?? now, layer: layer, sign: sign)
        failing = run
        if counts { countFailure(schedule, run, now) }
    }

    private mutating func countPass(_ outcome: Verdict.Outcome, _ schedule: Schedule) {
        consecutiveFailures = 0
        consecutivePasses = min(consecutivePasses, Self.maximumCount) + 1
        cleanPasses = outcome == .passed ? min(cleanPasses, Self.maximumCount) + 1 : 0
        let wasSettled = isSettled
        isSettled = isSettled || consecutivePasses >= schedule.rise
        if state == .down, isSettled, consecutivePasses < schedule.rise { return }
        if outcome != .passed {
            state = .degraded
        } else if state != .degraded || !wasSettled || cleanPasses >= schedule.rise {
            state = .up
        }
    }

    private mutating func countFailure(_ schedule: Schedule, _ run: FailingRun, _ now: Instant) {
        consecutivePasses = 0
        cleanPasses = 0
        consecutiveFailures = min(consecutiveFailures, Self.maximumCount) + 1
        guard run.sign?.patience.map({ now - run.since >= $0 }) ?? true else {
            if state != .down { state = .degraded }
            return
        }
        isSettled = isSettled || consecutiveFailures >= schedule.fall
        if !isSettled || consecutiveFailures >= schedule.fall { state = .down }
    }

    /// Makes the failures undone that began at `time` or later: what they showed was not the target.
    /// - Returns: whether there were any.
    public mutating func forgetFailures(since time: Instant) -> Bool {
        guard let failing, failing.since >= time, consecutiveFailures > 0 else { return false }
        state = before.state
        isSettled = before.isSettled
        consecutiveFailures = 0
        return true
    }

    /// Puts its times on another clock.
    mutating func moveTimes(by offset: Duration) {
        failing?.since += offset
        lastVerdict? += offset
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

extension Verdict.Sign {
    /// How long the failures must have lasted to mean that the target is down. Orthanc's only acceptor waits 30 s for
    /// an idle client; its workers take turns of a second, so that even many associations are through in a minute.
    var patience: Duration? {
        switch self {
        case .silence: nil
        case .stalled: .seconds(35)
        case .unanswered: .seconds(60)
        }
    }
}
