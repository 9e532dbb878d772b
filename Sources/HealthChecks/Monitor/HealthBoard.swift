// All that the monitor knows, as one value: verdicts in, changes out. No clock, no I/O, no lock of its own.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import Checks
internal import DNSCore

/// States of units and members, and the table that is published.
struct HealthBoard: Sendable {
    struct Unit: Sendable {
        var state = CheckState()
        var last: (verdict: Verdict, time: Date)?
    }

    /// A member's change of state, for the log.
    struct Transition: Sendable {
        var member: Int
        var old: HealthState
        var new: HealthState
    }

    let plan: MonitorPlan
    private(set) var units: [Unit]
    private(set) var members: [MemberState]
    /// By pool, target and address.
    private(set) var table: [[[MemberCondition]]]
    /// Units without a verdict.
    private(set) var pendingUnits: Int

    init(_ plan: MonitorPlan, at time: Date) {
        self.plan = plan
        units = Array(repeating: Unit(), count: plan.units.count)
        members = plan.members.map { MemberState(hasChecks: !$0.units.isEmpty, since: time) }
        pendingUnits = plan.units.count
        table = plan.pools.map { $0.definition.targets.map { _ in [] } }
        for (member, state) in zip(plan.members, members) {
            table[member.pool][member.target].append(state.health)
        }
    }

    /// The board of a new plan that knows what `former` knows: of each check of an address that both have, or that asks
    /// the same of the same port under another name or on another schedule.
    init(_ plan: MonitorPlan, adopting former: HealthBoard, at time: Date) {
        self.init(plan, at: time)
        var known: [ProbeQuestion: Unit] = [:]
        for (unit, state) in zip(former.plan.units, former.units) where state.last != nil {
            known[ProbeQuestion(unit)] = state
        }
        for (index, unit) in plan.units.enumerated() {
            let exact = former.plan.numbers[unit].map { former.units[$0] }
            guard let state = exact ?? known[ProbeQuestion(unit)], state.last != nil else { continue }
            units[index] = state
            pendingUnits -= 1
        }
        adoptMembers(of: former, at: time)
    }

    private mutating func adoptMembers(of former: HealthBoard, at time: Date) {
        var known: [MemberIdentity: MemberState] = [:]
        for (member, state) in zip(former.plan.members, former.members) {
            known[MemberIdentity(member, former.plan)] = state
        }
        for (index, member) in plan.members.enumerated() {
            if !member.units.isEmpty {
                if let state = known[MemberIdentity(member, plan)] { members[index] = state }
                _ = members[index].update(from: states(of: member), at: time)
            }
            table[member.pool][member.target][member.index] = members[index].health
        }
    }

    /// Takes a verdict. Returns the members whose state has changed, and whether the table has.
    mutating func record(_ verdict: Verdict, of unit: Int, at time: Date) -> (transitions: [Transition], isNew: Bool) {
        if units[unit].last == nil { pendingUnits -= 1 }
        units[unit].state.record(verdict.outcome, schedule: plan.units[unit].check.schedule)
        units[unit].last = (verdict, time)
        var transitions: [Transition] = []
        var isNew = false
        for index in plan.membersOfUnit[unit] {
            let member = plan.members[index]
            guard let old = members[index].update(from: states(of: member), at: time) else {
                continue
            }
            let health = members[index].health
            table[member.pool][member.target][member.index] = health
            isNew = true
            if old.state != health.state {
                transitions.append(Transition(member: index, old: old.state, new: health.state))
            }
        }
        return (transitions, isNew)
    }
}

/// What a probe finds out, whatever its check is called and however often it runs.
private struct ProbeQuestion: Hashable {
    var kind: CheckDefinition.Kind
    var port: UInt16?
    var clientNames: [String]
    var subject: ProbeSubject

    init(_ unit: ProbeUnit) {
        kind = unit.check.kind
        port = unit.check.port
        clientNames = unit.check.clientNames
        subject = unit.subject
    }
}

/// A member as an operator would call it, in whatever order the pools stand.
private struct MemberIdentity: Hashable {
    var pool: String
    var target: String
    var subject: ProbeSubject

    init(_ member: MonitorPlan.Member, _ plan: MonitorPlan) {
        let definition = plan.pools[member.pool].definition
        pool = definition.name
        target = definition.targets[member.target].name
        subject = member.subject
    }
}
