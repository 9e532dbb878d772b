// From the board to what is kept of a pool, and to the words that its answers carry.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// All pools as they are now.
    func moments(_ clock: WallClock, run: Timestamp) -> [PoolMoment] {
        // Numbers of pools that are gone stay free: they have no name.
        plan.pools.indices.filter { !plan.pools[$0].definition.name.isEmpty }.map { moment(of: $0, clock, run: run) }
    }

    /// A pool as it is now.
    func moment(of pool: Int, _ clock: WallClock, run: Timestamp) -> PoolMoment {
        let definition = plan.pools[pool].definition
        return PoolMoment(
            time: clock.time, run: run, pool: definition.name, configuration: definition.fingerprint,
            members: plan.members[plan.ranges[pool]].map { moment(of: $0, definition, clock) }
                + poolMoments(of: pool, definition, clock))
    }

    private func moment(
        of member: MonitorPlan.Member, _ definition: PoolDefinition, _ clock: WallClock
    ) -> PoolMoment.Member {
        let state = pools[member.pool].members[member.place]
        let condition = pools[member.pool].conditions[member.target][member.index]
        return PoolMoment.Member(
            target: definition.targets[member.target].name, address: member.subject.text, state: condition.state,
            since: clock.time(state.since), reason: reason(member, state, state.hold(at: clock.now), clock),
            faults: faults(of: member), isChanging: condition.isChanging, isUncertain: condition.isUncertain,
            wasInService: condition.wasInService, share: condition.share, override: condition.override,
            weight: condition.weight, orders: orderTexts(definition, member.target, clock))
    }

    /// What operators have set for targets that are pools.
    private func poolMoments(
        of pool: Int, _ definition: PoolDefinition, _ clock: WallClock
    ) -> [PoolMoment.Member] {
        definition.targets.indices.compactMap { target in
            guard case .pool = definition.targets[target].endpoint,
                let condition = pools[pool].conditions[target].first
            else { return nil }
            return PoolMoment.Member(
                target: definition.targets[target].name, address: "", state: condition.state, since: clock.time,
                reason: "", faults: [], isChanging: false, isUncertain: false, wasInService: false,
                share: MemberCondition.fullShare, override: condition.override, weight: condition.weight,
                orders: orderTexts(definition, target, clock))
        }
    }

    /// The orders for a target that are in force, such as `drained: upgrade (anna)`.
    private func orderTexts(_ pool: PoolDefinition, _ target: Int, _ clock: WallClock) -> [String] {
        guard let given = orders.orders[TargetKey(pool: pool.name, target: pool.targets[target].name)] else {
            return []
        }
        var texts: [String] = []
        func add(_ text: String, _ note: OrderNote) { texts.append(note.text.map { "\(text): \($0)" } ?? text) }
        if let state = given.state { add("\(state.override)", state.note) }
        for window in given.openWindows(at: clock.time) { add("maintenance until \(window.until)", window.note) }
        if let weight = given.weight { add("weight \(weight.weight)", weight.note) }
        return texts
    }

    /// The checks of a member that did not pass when they last ran.
    private func faults(of member: MonitorPlan.Member) -> [PoolMoment.Fault] {
        member.units.compactMap { unit in
            guard let outcome = units[unit].last?.verdict.outcome, let layer = outcome.layer else { return nil }
            return PoolMoment.Fault(
                check: plan.units[unit].check.name, layer: layer, text: outcome.text ?? outcome.name)
        }
    }

    /// What is wrong with each member that is not up, in a few words: by target and member.
    func faultTexts(pool: Int) -> [[String?]] {
        var texts = pools[pool].conditions.map { $0.map { _ in String?.none } }
        for member in plan.members[plan.ranges[pool]]
        where pools[pool].conditions[member.target][member.index].state != .up {
            texts[member.target][member.index] = faults(of: member).first?.words
        }
        return texts
    }
}
