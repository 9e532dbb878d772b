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

    /// Takes a verdict. Returns the members whose state has changed, and whether the table has.
    mutating func record(_ verdict: Verdict, of unit: Int, at time: Date) -> (transitions: [Transition], isNew: Bool) {
        if units[unit].last == nil { pendingUnits -= 1 }
        units[unit].state.record(verdict.outcome, schedule: plan.units[unit].check.schedule)
        units[unit].last = (verdict, time)
        var transitions: [Transition] = []
        var isNew = false
        for index in plan.membersOfUnit[unit] {
            let member = plan.members[index]
            guard let old = members[index].update(from: member.units.map { units[$0].state }, at: time) else {
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
