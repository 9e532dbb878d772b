// How long clients may be sent to a host that has failed, at worst: from intervals, thresholds, timeouts and TTLs alone.
//
// The probe before the failure has just passed, so the first failing one starts an interval (and its jitter) later. Each
// takes its timeout to say so; further ones start a recheck interval, or a timeout if that is longer, after one another.
// From the last of them on answers leave the host out, and a resolver that has asked just before keeps it for the TTL
// that it was given: the record's own before the first failing verdict, at most 15 s from then on.

internal import Checks
public import DNSCore

/// The worst case of one name, with what it is made of.
public struct RecoveryBound: Hashable, Sendable {
    /// The check that takes the host out at last.
    public var check: String
    /// From one probe to the next at most, jitter included.
    public var interval: Duration
    /// How long a failing probe takes to say so.
    public var timeout: Duration
    /// How many probes follow the first failing one, and how far apart; none if the TTL that was given before the first
    /// one failed lasts longer than they take.
    public var rechecks: Int
    public var recheck: Duration
    /// What the last resolver was given.
    public var timeToLive: Duration

    public var total: Duration { interval + timeout + recheck * rechecks + timeToLive }

    /// `48 s = 11 s interval of web + 2 s timeout + 2 x 2 s recheck + 15 s TTL`, without what is nothing.
    public var text: String {
        var parts = ["\(interval.spoken) interval of \(check)"]
        if timeout > .zero { parts.append("\(timeout.spoken) timeout") }
        if rechecks > 0 { parts.append("\(rechecks) x \(recheck.spoken) recheck") }
        parts.append("\(timeToLive.spoken) TTL")
        return "\(total.spoken) = \(parts.joined(separator: " + "))"
    }
}

/// What can be said of a name and a fault without trying.
public enum Recovery: Hashable, Sendable {
    case bound(RecoveryBound)
    /// None of the host's checks in the pool fails.
    case notSeen
    /// It is answered with even then, as `mode` says.
    case staysInAnswers(PoolService.Mode)
    /// States are held: everything fails at once, so that it is rather this node that is cut off, or something that all
    /// of the pool's targets share.
    case held(String)
}

extension FaultPlan {
    /// The worst case of one of `names`.
    public func recovery(of name: PoolName) -> Recovery {
        if let reason = hold(of: name) { return .held(reason) }
        let members = members(reachedBy: name.pool)
        let whenDown = answered(name, .down)
        if whenDown.contains { return .staysInAnswers(whenDown.mode) }
        let isOutWhenDegraded = !answered(name, .degraded).contains
        var worst: RecoveryBound?
        for member in members {
            guard let bound = bound(of: plan.members[member], name, isOutWhenDegraded) else { return .notSeen }
            if worst.map({ bound.total > $0.total }) ?? true { worst = bound }
        }
        return worst.map { .bound($0) } ?? .notSeen
    }

    /// One way in which a check makes a difference: after how many failing verdicts.
    private struct Path {
        var check: CheckDefinition
        var latency: Duration
        var verdicts: Int

        var first: Duration { check.schedule.interval * (1 + Schedule.jitter) + latency }
        var step: Duration { max(check.schedule.recheckInterval, latency) }
        var last: Duration { first + step * (verdicts - 1) }
    }

    private func bound(of member: MonitorPlan.Member, _ name: PoolName, _ isOutWhenDegraded: Bool) -> RecoveryBound? {
        var paths: [Path] = []
        var first: Path?
        for unit in member.units where units.contains(unit) {
            let check = plan.units[unit].check
            guard let verdict = fault.manner.verdict(of: check) else { continue }
            var path = Path(check: check, latency: verdict.latency, verdicts: check.schedule.fall)
            let patience = verdict.sign?.patience
            if let patience { path.verdicts = max(path.verdicts, 1 + Int((patience / path.step).rounded(.up))) }
            if first.map({ path.first < $0.first }) ?? true { first = path }
            if check.role == .required || isOutWhenDegraded { paths.append(path) }
            // What may be mere business degrades at once.
            if patience != nil, isOutWhenDegraded {
                path.verdicts = check.role == .required ? 1 : path.verdicts
                paths.append(path)
            }
        }
        guard let first, let path = paths.min(by: { $0.last < $1.last }) else { return nil }
        let timeToLive = Duration.seconds(name.timeToLive)
        let early = RecoveryBound(
            check: first.check.name, interval: first.check.schedule.interval * (1 + Schedule.jitter),
            timeout: first.latency, rechecks: 0, recheck: .zero, timeToLive: timeToLive)
        let late = RecoveryBound(
            check: path.check.name, interval: path.check.schedule.interval * (1 + Schedule.jitter),
            timeout: path.latency, rechecks: path.verdicts - 1, recheck: path.step,
            timeToLive: min(timeToLive, .seconds(TimeToLiveCap.changing)))
        return late.total > early.total ? late : early
    }

    /// Whether a name's answers have the hosts in them when they are in `state`, and everybody else is up.
    private func answered(_ name: PoolName, _ state: HealthState) -> (contains: Bool, mode: PoolService.Mode) {
        let isNested = plan.pools[name.pool].definition.hasNestedPools
        let numbers = isNested ? Array(plan.pools.indices) : [name.pool]
        let failing = Set(members)
        let conditions = numbers.map { pool in
            var conditions: [[MemberCondition]] = plan.pools[pool].definition.targets.map { _ in [] }
            for index in plan.ranges[pool] {
                var condition = MemberCondition(failing.contains(index) ? state : .up)
                condition.wasInService = condition.isInService
                conditions[plan.members[index].target].append(condition)
            }
            return conditions
        }
        let served = ServedPool.all(numbers.map { plan.pools[$0].definition }, conditions)
        let answers = served[isNested ? name.pool : 0].answers
        return (answers.members.contains { self.answers.contains($0) }, answers.mode)
    }

    /// Why states would be held; nil if they would not.
    private func hold(of name: PoolName) -> String? {
        let silent = Set(units.filter { fault.manner.verdict(of: plan.units[$0].check)?.sign == .silence })
        let hosts = Set(silent.map { plan.subjectOfUnit[$0] })
        if let freeze = plan.prober.freeze, hosts.count == plan.subjects.count, hosts.count > 1 {
            return "nothing answers any more, so this node holds all states for \(freeze.spoken) (freeze)"
        }
        let failing = Set(members)
        for pool in plan.reach(name.pool) {
            guard let hold = plan.pools[pool].rules.commonModeHold, !plan.ranges[pool].isEmpty,
                plan.pools[pool].definition.targets.count > 1, plan.ranges[pool].allSatisfy(failing.contains)
            else { continue }
            let layers = plan.ranges[pool].flatMap { plan.members[$0].units }
                .compactMap { fault.manner.verdict(of: plan.units[$0].check)?.outcome.layer }
            if !layers.isEmpty, layers.allSatisfy(Layer.deep.contains) {
                let name = plan.pools[pool].definition.name
                return "all of \(name) fail behind their front ends, so they are held for \(hold.spoken) (common_mode)"
            }
        }
        return nil
    }
}
