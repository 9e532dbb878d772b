// The board of other pools that knows what the former one knew.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// The board of a new plan that knows what `former` knows: of each check of an address that both have, or that asks
    /// the same of the same port under another name or on another schedule; of each member of a pool and target of the
    /// same name; and what operators have set.
    init(_ plan: MonitorPlan, adopting former: HealthBoard, at now: Instant) {
        self.init(plan, at: now)
        adoptUnits(of: former)
        adoptPools(of: former, at: now)
        var known: [ProbeSubject: ProberState.Subject] = [:]
        for (subject, state) in zip(former.plan.subjects, former.prober.subjects) { known[subject] = state }
        prober = ProberState(
            hold: prober.hold, window: prober.window,
            subjects: plan.subjects.map { known[$0] ?? ProberState.Subject() },
            cutOff: prober.hold == nil ? nil : former.prober.cutOff)
    }

    private mutating func adoptUnits(of former: HealthBoard) {
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
    }

    private mutating func adoptPools(of former: HealthBoard, at now: Instant) {
        var known: [MemberIdentity: (member: MonitorPlan.Member, state: MemberState)] = [:]
        for member in former.plan.members {
            known[MemberIdentity(member, former.plan)] = (member, former.pools[member.pool].members[member.place])
        }
        for pool in plan.pools.indices {
            let members = plan.members[plan.ranges[pool]].map { member in
                adopt(member, known[MemberIdentity(member, plan)], former, at: now)
            }
            pools[pool] = PoolState(
                plan.layout(pool: pool), members: members, overrides: overrides(of: pool, in: former), at: now)
            pools[pool].isFrozen = former.pools.first?.isFrozen ?? false
        }
    }

    private func overrides(of pool: Int, in former: HealthBoard) -> [Override?] {
        let definition = plan.pools[pool].definition
        let index = former.plan.pools.firstIndex { $0.definition.name == definition.name }
        return definition.targets.map { target in
            guard let index else { return nil }
            let targets = former.plan.pools[index].definition.targets
            return targets.firstIndex { $0.name == target.name }.flatMap { former.pools[index].overrides[$0] }
        }
    }

    /// A member with what is known of it, and of its checks from wherever they were run.
    private func adopt(
        _ member: MonitorPlan.Member, _ known: (member: MonitorPlan.Member, state: MemberState)?, _ former: HealthBoard,
        at now: Instant
    ) -> MemberState {
        let own = known.map { known in
            Dictionary(
                zip(known.member.units.map { ProbeQuestion(former.plan.units[$0]) }, known.state.checks),
                uniquingKeysWith: { first, _ in first })
        }
        let definitions = member.units.map { MemberCheck(plan.units[$0].check) }
        let checks = member.units.map { own?[ProbeQuestion(plan.units[$0])] ?? units[$0].state }
        // A member that had no checks has no past, and one that has none now needs none.
        guard let known, !checks.isEmpty, !known.state.checks.isEmpty else {
            let new = MemberState(checks: checks.count, at: now)
            return checks.isEmpty ? new : MemberState(new, checks: checks, definitions)
        }
        return MemberState(known.state, checks: checks, definitions)
    }
}

/// What a probe finds out, whatever its check is called and however often it runs.
private struct ProbeQuestion: Hashable {
    var kind: CheckDefinition.Kind
    var port: UInt16?
    var clientNames: [String]
    var subject: ProbeSubject
    var hostName: String?

    init(_ unit: ProbeUnit) {
        kind = unit.check.kind
        port = unit.check.port
        clientNames = unit.check.clientNames
        subject = unit.subject
        hostName = unit.hostName
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
