// One pool: its members, what operators have set, and the rules that look at more than one member. Pure: events and times
// in, transitions out; no clock, no I/O.

internal import Checks
internal import DNSCore

/// What happens to a pool.
enum PoolEvent: Sendable {
    case verdict(Verdict, member: Int, check: Int)
    /// Time has passed.
    case time
    /// What operators have ordered comes to something else.
    case order(StandingOrder, target: Int)
    /// An operator lets a target that has come back serve again.
    case restore(target: Int)
    /// This node seems cut off: what has failed since then is not the targets' doing, nor is what fails from now on.
    case freeze(since: Instant)
    case thaw
}

/// The state machine of one pool.
struct PoolState: Sendable {
    /// What it is made of; does not change.
    struct Layout: Hashable, Sendable {
        var rules: HealthRules
        /// How many targets must be in service.
        var required: Int
        /// By member: the target that it belongs to, its place there, and its checks.
        var targets: [Int]
        var places: [Int]
        var checks: [[MemberCheck]]
        var targetCount: Int
        /// Targets that are pools.
        var poolTargets: [Int] = []
        /// How far apart the first failures of one incident may lie.
        var incidentWindow: Duration
    }

    /// A member's change of state.
    struct Transition: Hashable, Sendable {
        var member: Int
        var old: HealthState
        var new: HealthState
        var cause: Cause
    }

    enum Cause: Hashable, Sendable {
        case checks
        case held(MemberState.Hold)
        /// What has kept it down is over.
        case holdOver
        case restored
        /// What keeps it down does not count, as too few others are in service.
        case lastTarget
        case stale
        case cutOff
        case commonCause(Layer)
    }

    let layout: Layout
    var members: [MemberState]
    /// By target.
    var orders: [StandingOrder]
    var isFrozen = false
    var commonCause: CommonCause?
    /// By target and member, as they are published.
    var conditions: [[MemberCondition]]
    /// When `handle(.time)` is due at the latest.
    private(set) var deadline: Instant?
    /// When to look for members of which too long nothing was heard.
    private var nextStaleCheck: Instant

    init(_ layout: Layout, members: [MemberState], orders: [StandingOrder], at now: Instant) {
        self.layout = layout
        self.members = members
        self.orders = orders
        nextStaleCheck = now + layout.rules.staleAfter
        conditions = Array(repeating: [], count: layout.targetCount)
        for (index, member) in members.enumerated() {
            conditions[layout.targets[index]].append(MemberCondition(member.state))
        }
        _ = settle(.time, at: now)
    }

    /// Takes an event.
    /// - Returns: the members whose state has changed, and whether anything has that is published.
    mutating func handle(_ event: PoolEvent, at now: Instant) -> (transitions: [Transition], isNew: Bool) {
        switch event {
        case .verdict(let verdict, let member, let check):
            let (checked, hold) = (members[member].checked, members[member].hold(at: now))
            members[member].record(
                verdict, check: check, layout.checks[member], layout.rules, at: now, counts: counts(verdict))
            if !verdict.outcome.isFailure, concernsNobodyElse(member, checked, hold, at: now) {
                return settleAlone(member, at: now)
            }
        case .time: break
        case .order(let order, let target): orders[target] = order
        case .restore(let target):
            for index in members.indices where layout.targets[index] == target { _ = members[index].restore() }
        case .freeze(let since):
            isFrozen = true
            for index in members.indices { members[index].forgetFailures(since: since, layout.checks[index]) }
        case .thaw: isFrozen = false
        }
        return settle(event, at: now)
    }

    /// Whether a failure says anything of the target.
    private func counts(_ verdict: Verdict) -> Bool {
        guard !isFrozen else { return false }
        guard let commonCause, !commonCause.isOver else { return true }
        return verdict.outcome.layer != commonCause.layer
    }

    /// Whether a target waits for an operator, or for a time that an operator may cut short.
    func awaitsRestore(target: Int, at now: Instant) -> Bool {
        members.indices.contains { index in
            guard layout.targets[index] == target else { return false }
            switch members[index].hold(at: now) {
            case .awaitsRestore, .delayed: return true
            case .flapping, nil: return false
            }
        }
    }

    // MARK: What follows

    /// Draws the conclusions of what has happened.
    private mutating func settle(_ event: PoolEvent, at now: Instant) -> (transitions: [Transition], isNew: Bool) {
        let hasNewCause = updateCommonCause(at: now)
        let released = releaseIfNeeded(at: now)
        var transitions: [Transition] = []
        for index in members.indices {
            guard let old = members[index].settle(layout.checks[index], layout.rules, at: now) else { continue }
            let cause =
                released.contains(index)
                ? .lastTarget : cause(of: index, from: old, event, hasNewCause: hasNewCause, at: now)
            transitions.append(Transition(member: index, old: old, new: members[index].state, cause: cause))
        }
        let isNew = updateConditions(at: now)
        updateDeadline(at: now)
        return (transitions, isNew)
    }

    /// Whether a pass has changed nothing that the other members' states hang on: most verdicts say what the last one said.
    private func concernsNobodyElse(
        _ member: Int, _ checked: HealthState, _ hold: MemberState.Hold?, at now: Instant
    ) -> Bool {
        let state = members[member]
        return commonCause == nil && checked == state.checked && hold == state.hold(at: now)
            && (state.state == .down) == (checked == .down || hold != nil)
    }

    private mutating func settleAlone(_ index: Int, at now: Instant) -> (transitions: [Transition], isNew: Bool) {
        let old = members[index].settle(layout.checks[index], layout.rules, at: now)
        let isNew = updateCondition(of: index, at: now)
        if let own = members[index].deadline(layout.rules, at: now) { deadline = deadline.map { min($0, own) } ?? own }
        guard let old else { return ([], isNew) }
        return ([Transition(member: index, old: old, new: members[index].state, cause: .checks)], isNew)
    }

    private func cause(
        of member: Int, from old: HealthState, _ event: PoolEvent, hasNewCause: Bool, at now: Instant
    ) -> Cause {
        if members[member].state == .down, let hold = members[member].hold(at: now) { return .held(hold) }
        if members[member].state == .unknown, members[member].isStale { return .stale }
        if hasNewCause, let commonCause { return .commonCause(commonCause.layer) }
        switch event {
        case .freeze: return .cutOff
        case .restore: return .restored
        case .time where old == .down: return .holdOver
        default: return .checks
        }
    }

    /// Lets members serve that are only held, if fewer than must be would be in service without them: of a pool's last
    /// targets a doubtful one is better than none.
    private mutating func releaseIfNeeded(at now: Instant) -> Set<Int> {
        var serving = Set<Int>()
        var held: [Int] = []
        for (index, member) in members.enumerated() {
            let target = layout.targets[index]
            if orders[target].override == .forcedUp { serving.insert(target) }
            guard orders[target].override?.takesOut != true, member.checked != .down else { continue }
            if member.hold(at: now) == nil { serving.insert(target) } else { held.append(index) }
        }
        guard serving.count < layout.required, !held.isEmpty else { return [] }
        for index in held { _ = members[index].release(at: now) }
        return Set(held)
    }

    private mutating func updateDeadline(at now: Instant) {
        if now >= nextStaleCheck {
            let times = zip(members, layout.checks).compactMap { $0.staleness($1, layout.rules) }
            let next = times.filter { $0 > now }.min() ?? now + layout.rules.staleAfter
            nextStaleCheck = max(next, now + .seconds(1))
        }
        var times = members.compactMap { $0.deadline(layout.rules, at: now) }
        times.append(nextStaleCheck)
        if let commonCause, !commonCause.isOver { times.append(commonCause.until) }
        deadline = times.min()
    }
}
