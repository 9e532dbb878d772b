// The board of a program that has just started, which knows what an earlier run has left.

internal import Checks
internal import DNSCore
#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension SavedHealth {
    /// What is older than this says too little of now.
    public static let longestAge: TimeInterval = 300

    /// Why it cannot be used at `date`; nil if it can.
    public func problem(at date: Date) -> String? {
        let age = date.timeIntervalSince(time)
        if age > Self.longestAge { return "it is \(Int(age)) s old, and states are kept for \(Int(Self.longestAge)) s" }
        // A clock that was set back a little is no harm: what is saved counts as of now.
        if age < -Self.longestAge { return "it was saved \(Int(-age)) s in the future: the clock is wrong, or was" }
        return nil
    }
}

extension HealthBoard {
    /// A board that knows what was saved of the checks and members that `plan` still has, and of orders.
    init(_ plan: MonitorPlan, restoring saved: SavedHealth, _ orders: OrderBook, _ clock: WallClock) {
        self.init(plan, at: clock.now)
        let offset = .zero - clock.notBefore(saved.time).toSaved
        let members = saved.members.map { $0.movingTimes(by: offset) }
        var fingerprints = Fingerprints()
        let questions = Dictionary(
            plan.units.map { (fingerprints.of($0), ProbeQuestion($0)) }, uniquingKeysWith: { first, _ in first })
        restoreUnits(members, questions)
        restorePools(members, questions, orders, clock)
        if let node = saved.node?.movingTimes(by: offset) { restore(node, at: clock.now) }
        updateDeadline()
    }

    private mutating func restoreUnits(_ members: [SavedMember], _ questions: [String: ProbeQuestion]) {
        var known: [ProbeQuestion: Unit] = [:]
        for check in members.lazy.flatMap(\.checks) {
            guard let question = questions[check.fingerprint], let verdict = check.verdict, let time = check.time
            else { continue }
            if let last = known[question]?.last, last.time >= time { continue }
            known[question] = Unit(state: check.state, last: (verdict, time))
        }
        for (index, unit) in plan.units.enumerated() {
            guard let state = known[ProbeQuestion(unit)] else { continue }
            units[index] = state
            pendingUnits -= 1
        }
    }

    private mutating func restorePools(
        _ members: [SavedMember], _ questions: [String: ProbeQuestion], _ orders: OrderBook, _ clock: WallClock
    ) {
        var known: [MemberIdentity: KnownMember] = [:]
        for member in members {
            var checks: [ProbeQuestion: CheckState] = [:]
            for (check, state) in zip(member.checks, member.state.checks) {
                if let question = questions[check.fingerprint] { checks[question] = state }
            }
            let identity = MemberIdentity(pool: member.pool, target: member.target, address: member.address)
            known[identity] = KnownMember(state: member.state, checks: checks)
        }
        adopt(known, orders, clock)
    }

    private mutating func restore(_ node: SavedNode, at now: Instant) {
        prober = ProberState(
            hold: prober.hold, window: prober.window,
            subjects: plan.subjects.map { node.subjects[$0.text] ?? ProberState.Subject() },
            cutOff: prober.hold == nil ? nil : node.cutOff)
        for pool in pools.indices {
            pools[pool].isFrozen = prober.cutOff?.isOver == false
            pools[pool].commonCause = node.commonCauses[plan.pools[pool].definition.name]
            _ = pools[pool].handle(.time, at: now)
        }
        _ = pass(to: now)
    }
}
