// The state of one address of a target (or of its host name): the worst of its checks, and what keeps it out of service
// although they pass. Pure: the time is a parameter.

internal import Checks
internal import DNSCore

/// What a member's state machine knows of a check.
struct MemberCheck: Hashable, Sendable {
    var schedule: Schedule
    /// Its failures degrade, and do no more.
    var isAdvisory = false
}

/// One member.
struct MemberState: Hashable, Sendable, Codable {
    /// In the order of the pool's checks.
    private(set) var checks: [CheckState]
    /// What the checks say, holds aside.
    private(set) var checked: HealthState
    /// What counts, and since when.
    private(set) var state: HealthState
    private(set) var since: Instant
    private(set) var isStale = false
    /// Whether it was in service when its pool last was.
    var wasInService = false
    private var path = Path()

    /// How it came back from its last fall, as far as it has.
    private struct Path: Hashable, Sendable, Codable {
        var damper = FlapDamper()
        var wait: Wait?
        /// When its weight began to grow.
        var rampStart: Instant?

        mutating func moveTimes(by offset: Duration) {
            damper.moveTimes(by: offset)
            if case .until(let time) = wait { wait = .until(time + offset) }
            rampStart? += offset
        }
    }

    /// `path` as it was before the last fall, to which a fall that was none leads back.
    private var pathBeforeFall: Path?
    /// Whether a check was settled as down before it came back: what a first verdict says is no fall.
    private var isFallSettled = false

    /// What a member that has come back waits for.
    enum Wait: Hashable, Sendable, Codable {
        case until(Instant)
        case restore
    }

    /// Why it is down although its checks pass.
    enum Hold: Hashable, Sendable {
        case flapping(until: Instant, changes: Int)
        case delayed(until: Instant)
        case awaitsRestore
    }

    /// A member without checks is up; it is never probed.
    init(checks count: Int, at now: Instant) {
        checks = Array(repeating: CheckState(), count: count)
        checked = count == 0 ? .up : .unknown
        state = checked
        since = now
    }

    /// The same member under other checks.
    init(_ former: MemberState, checks: [CheckState], _ definitions: [MemberCheck]) {
        self = former
        self.checks = checks
        checked = Self.judge(checks, definitions)
    }

    /// Puts its times on another clock.
    mutating func moveTimes(by offset: Duration) {
        for index in checks.indices { checks[index].moveTimes(by: offset) }
        since += offset
        path.moveTimes(by: offset)
        pathBeforeFall?.moveTimes(by: offset)
    }

    private static func judge(_ checks: [CheckState], _ definitions: [MemberCheck]) -> HealthState {
        .worst(
            zip(checks, definitions).lazy.map { check, definition in
                definition.isAdvisory ? check.state.asAdvice : check.state
            })
    }
}

// MARK: Events

extension MemberState {
    mutating func record(
        _ verdict: Verdict, check: Int, _ definitions: [MemberCheck], _ rules: HealthRules, at now: Instant,
        counts: Bool
    ) {
        checks[check].record(
            verdict.outcome, verdict.sign, schedule: definitions[check].schedule, at: now, counts: counts)
        update(definitions, rules, at: now)
    }

    /// Makes the failures undone that began at `time` or later, and what came of them.
    mutating func forgetFailures(since time: Instant, _ definitions: [MemberCheck]) {
        var isForgotten = false
        for index in checks.indices where checks[index].forgetFailures(since: time) { isForgotten = true }
        guard isForgotten else { return }
        let new = Self.judge(checks, definitions)
        if checked == .down, new != .down, let pathBeforeFall { path = pathBeforeFall }
        checked = new
    }

    /// Looks at what the checks say now.
    private mutating func update(_ definitions: [MemberCheck], _ rules: HealthRules, at now: Instant) {
        let new = Self.judge(checks, definitions)
        defer { checked = new }
        if new == .down {
            if checked != .down { fall(from: checked, rules, at: now) }
            isFallSettled =
                isFallSettled
                || zip(checks, definitions).contains { $0.state == .down && $0.isSettled && !$1.isAdvisory }
        } else if checked == .down, new != .unknown {
            comeBack(rules, at: now)
        }
    }

    private mutating func fall(from old: HealthState, _ rules: HealthRules, at now: Instant) {
        pathBeforeFall = path
        isFallSettled = false
        path.wait = nil
        path.rampStart = nil
        if old != .unknown, let damping = rules.damping { path.damper.change(damping, at: now) }
    }

    private mutating func comeBack(_ rules: HealthRules, at now: Instant) {
        if let damping = rules.damping { path.damper.change(damping, at: now) }
        guard isFallSettled else { return }
        path.rampStart = rules.slowStart == nil ? nil : now
        switch rules.failback {
        case .auto: path.wait = nil
        case .delayed(let time): path.wait = .until(now + time)
        case .manual: path.wait = .restore
        }
    }

    /// Ends all that keeps it down although its checks pass. Returns whether there was anything.
    mutating func release(at now: Instant) -> Bool {
        guard hold(at: now) != nil else { return false }
        path.damper.release()
        path.wait = nil
        return true
    }

    /// Ends the wait for an operator, or for a time; what flapping has earned it stays.
    mutating func restore() -> Bool {
        guard checked != .down, path.wait != nil else { return false }
        path.wait = nil
        return true
    }
}

// MARK: What follows

extension MemberState {
    /// What keeps it down although its checks pass; nil if they do not, or nothing does.
    func hold(at now: Instant) -> Hold? {
        guard checked == .up || checked == .degraded else { return nil }
        if let end = path.damper.holdEnd, now < end {
            return .flapping(until: end, changes: path.damper.changes.count)
        }
        switch path.wait {
        case .until(let end) where now < end: return .delayed(until: end)
        case .restore: return .awaitsRestore
        case .until, nil: return nil
        }
    }

    /// Judges the member at `now`. Returns what its state was, if that has changed.
    mutating func settle(_ definitions: [MemberCheck], _ rules: HealthRules, at now: Instant) -> HealthState? {
        isStale = staleness(definitions, rules).map { $0 <= now } ?? false
        let new: HealthState = hold(at: now) != nil ? .down : isStale && checked != .down ? .unknown : checked
        guard new != state else { return nil }
        let old = state
        // The weight grows from the moment when it is answered with.
        if old == .down, path.rampStart != nil { path.rampStart = now }
        state = new
        since = now
        return old
    }

    /// When what is known of it becomes too old; nil before the first verdicts.
    func staleness(_ definitions: [MemberCheck], _ rules: HealthRules) -> Instant? {
        var earliest: Instant?
        for (check, definition) in zip(checks, definitions) {
            guard let last = check.lastVerdict else { continue }
            // Added, as a product of durations takes longer than all else that is done about most verdicts.
            let interval = definition.schedule.interval
            let time = last + max(rules.staleAfter, interval + interval + interval)
            earliest = earliest.map { min($0, time) } ?? time
        }
        return earliest
    }

    /// How much of its weight it has, in tenths.
    func share(_ rules: HealthRules, at now: Instant) -> UInt8 {
        guard let total = rules.slowStart, let start = path.rampStart, state != .down else {
            return MemberCondition.fullShare
        }
        // In this order it is exact at each step.
        let tenths = 1 + Int((now - start) * Int(MemberCondition.fullShare - 1) / total)
        return UInt8(min(max(tenths, 1), Int(MemberCondition.fullShare)))
    }

    /// Whether something is under way that may soon change the answers.
    func isChanging(_ rules: HealthRules, at now: Instant) -> Bool {
        if checks.contains(where: \.isChanging) || share(rules, at: now) < MemberCondition.fullShare { return true }
        if case .delayed = hold(at: now) { return true }
        return false
    }

    /// When it must be looked at again though nothing has happened, staleness aside.
    func deadline(_ rules: HealthRules, at now: Instant) -> Instant? {
        switch hold(at: now) {
        case .flapping(let end, _), .delayed(let end): return end
        case .awaitsRestore: return nil
        case nil: break
        }
        let share = Int(share(rules, at: now))
        guard share < MemberCondition.fullShare, let total = rules.slowStart, let start = path.rampStart else {
            return nil
        }
        let next = start + total * share / Int(MemberCondition.fullShare - 1)
        // Rounding must not make a moment that is over already.
        return max(next, now + .milliseconds(1))
    }
}

extension HealthState {
    /// What an advisory check in this state makes of a member: one that fails degrades it, one that is not known yet
    /// holds nothing up.
    fileprivate var asAdvice: HealthState {
        switch self {
        case .up, .unknown: .up
        case .degraded, .down: .degraded
        }
    }
}
