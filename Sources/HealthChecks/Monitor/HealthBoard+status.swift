// From the board to what people read.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// Everything, in the order of the configuration.
    func status(_ clock: WallClock, _ hosts: [DomainName: HostState] = [:]) -> [PoolStatus] {
        let conditions = HealthSnapshot.conditions(of: plan.pools.map(\.definition), table)
        return plan.pools.indices.map { pool in
            let definition = plan.pools[pool].definition
            return PoolStatus(
                name: definition.name, policy: definition.policy.rawValue, commonMode: commonMode(pool: pool, clock),
                targets: definition.targets.indices.map {
                    status(pool: pool, target: $0, conditions[pool][$0], hosts, clock)
                })
        }
    }

    /// By target, address and check, as in the pool's status.
    func trails(pool: Int) -> [[[LatencyTrail]]] {
        var trails = plan.pools[pool].definition.targets.map { _ in [[LatencyTrail]]() }
        for member in plan.members[plan.ranges[pool]] {
            trails[member.target].append(member.units.map { units[$0].trail })
        }
        return trails
    }

    func proberStatus(_ clock: WallClock) -> ProberStatus {
        ProberStatus(
            state: prober.cutOff.map { $0.isOver ? .cutOffHoldOver : .cutOff } ?? .connected,
            since: (prober.cutOff?.since).map(clock.text), heldUntil: (prober.cutOff?.until).map(clock.text),
            text: cutOffText(clock),
            references: plan.referenceUnits.map { unit in
                ReferenceStatus(address: plan.units[unit].subject.text, check: status(unit: unit, clock))
            })
    }

    private func commonMode(pool: Int, _ clock: WallClock) -> CommonModeStatus? {
        guard let cause = pools[pool].commonCause, let text = commonCauseText(pool: pool, clock) else { return nil }
        return CommonModeStatus(
            layer: cause.layer, since: clock.text(cause.since), heldUntil: clock.text(cause.until),
            isOver: cause.isOver, text: text)
    }

    private func status(
        pool: Int, target: Int, _ conditions: [MemberCondition], _ hosts: [DomainName: HostState], _ clock: WallClock
    ) -> TargetStatus {
        let definition = plan.pools[pool].definition.targets[target]
        let members = plan.members[plan.ranges[pool]].filter { $0.target == target }
        let states = members.map { pools[pool].members[$0.place] }
        return TargetStatus(
            name: definition.name, host: definition.host?.name.hostText,
            resolution: definition.host.flatMap { hosts[$0.name] }.map { ResolutionStatus($0, clock) },
            pool: definition.poolName,
            state: .worst(definition.poolName == nil ? states.map(\.state) : conditions.map(\.effectiveState)),
            since: clock.text(states.map(\.since).max() ?? clock.now), weight: definition.weight, tier: definition.tier,
            override: pools[pool].orders[target].override, inService: nil,
            orders: orders.orders[TargetKey(pool: plan.pools[pool].definition.name, target: definition.name)],
            addresses: members.map { status(member: $0, clock) })
    }

    private func status(member: MonitorPlan.Member, _ clock: WallClock) -> AddressStatus {
        let pool = pools[member.pool]
        let state = pool.members[member.place]
        let condition = pool.conditions[member.target][member.index]
        let hold = state.hold(at: clock.now)
        return AddressStatus(
            address: member.subject.text, probedAddress: plan.probedAddress(of: member), state: state.state,
            reason: reason(member, state, hold, clock),
            since: clock.text(state.since), checkedState: state.checked == state.state ? nil : state.checked,
            heldUntil: (hold?.end).map(clock.text), hold: hold?.name, isFrozen: pool.isFrozen, isStale: state.isStale,
            weightPercent: condition.share == MemberCondition.fullShare ? nil : Int(condition.share) * 10,
            isChanging: condition.isChanging, inService: nil,
            checks: member.units.map { status(unit: $0, clock) })
    }

    /// Why a member is in its state.
    func reason(
        _ member: MonitorPlan.Member, _ state: MemberState, _ hold: MemberState.Hold?, _ clock: WallClock
    ) -> String {
        if let hold { return text(of: hold, member, clock) }
        if member.units.isEmpty { return "not probed" }
        let checks = checksText(member)
        if pools[member.pool].isFrozen { return "held: this node is probably cut off" }
        if state.isStale { return "no verdict for a long time; checks said \(state.checked.rawValue)" }
        if pools[member.pool].commonCause?.isOver == false, let checks { return "held, shared dependency? (\(checks))" }
        return checks ?? (state.state == .unknown ? "no verdict yet" : "all checks pass")
    }

    func status(unit index: Int, _ clock: WallClock) -> CheckStatus {
        let check = plan.units[index].check
        let unit = units[index]
        let verdict = unit.last?.verdict
        return CheckStatus(
            name: check.name, type: check.kind.name, port: check.port, role: check.role.rawValue,
            state: unit.state.state,
            outcome: verdict?.outcome.name, layer: verdict?.outcome.layer, error: verdict?.outcome.text,
            latencyMilliseconds: verdict?.latency.roundedMilliseconds,
            layers: (verdict?.layers ?? []).map {
                LayerStatus(layer: $0.layer, milliseconds: $0.duration.roundedMilliseconds, detail: $0.detail)
            },
            certificateExpires: (verdict?.certificateExpiry).map { Timestamp(milliseconds: $0 * 1000) },
            time: (unit.last?.time).map(clock.text), next: unit.next.map(clock.text),
            consecutivePasses: unit.state.consecutivePasses, consecutiveFailures: unit.state.consecutiveFailures)
    }
}

extension MemberState.Hold {
    fileprivate var name: String {
        switch self {
        case .flapping: "flapping"
        case .delayed: "failback_delay"
        case .awaitsRestore: "awaits_restore"
        }
    }

    fileprivate var end: Instant? {
        switch self {
        case .flapping(let end, _), .delayed(let end): end
        case .awaitsRestore: nil
        }
    }
}

extension TargetDefinition {
    fileprivate var poolName: String? {
        if case .pool(let nested) = endpoint { nested.name } else { nil }
    }
}

extension Duration {
    /// Milliseconds to the microsecond.
    fileprivate var roundedMilliseconds: Double { (milliseconds * 1000).rounded() / 1000 }
}
