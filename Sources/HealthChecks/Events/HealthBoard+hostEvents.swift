// What there is to be said of hosts that have moved, or cannot be resolved: one event for each target that has the name.

internal import DNSCore

extension HealthBoard {
    /// - Parameter change: what a lookup of `name` has made of what was known.
    func events(
        of change: HostState.Change, _ name: DomainName, _ host: HostState, served: [ServedPool], _ clock: WallClock
    ) -> [HealthEvent] {
        let kind: HealthEvent.Kind
        let reason: String
        switch change {
        case .nothing: return []
        case .failing:
            kind = .unresolved
            let kept = host.keptUntil.map { "; \(host.addresses.text) stays until \(clock.text($0))" } ?? ""
            reason = "\(name.hostText) cannot be resolved: \(host.problem ?? "no address")\(kept)"
        case .recovered:
            kind = .resolved
            reason = "\(name.hostText) is resolved again: \(host.description)"
        }
        var events: [HealthEvent] = []
        for (pool, monitored) in plan.pools.enumerated() {
            for target in monitored.definition.targets
            where target.host?.name == name && monitored.needsAddresses(of: target) {
                events.append(event(kind, pool, target, reason, served, served, clock))
            }
        }
        return events
    }

    /// - Parameter old: the pools as they were, with other addresses.
    func events(
        ofMovesFrom old: [MonitoredPool], _ hosts: [DomainName: HostState], before: [ServedPool], after: [ServedPool],
        _ clock: WallClock
    ) -> [HealthEvent] {
        var events: [HealthEvent] = []
        for (pool, (former, monitored)) in zip(old, plan.pools).enumerated() where former != monitored {
            for (source, target) in zip(former.definition.targets, monitored.definition.targets) {
                guard let from = source.host, let to = target.host, let host = hosts[to.name],
                    from.addresses != to.addresses, !from.addresses.isEmpty
                else { continue }
                guard !to.addresses.isEmpty else {
                    let reason =
                        "\(to.name.hostText) cannot be resolved (\(host.problem ?? "")), and "
                        + "\(from.addresses.text) is not kept any longer"
                    events.append(event(.unresolved, pool, target, reason, before, after, clock))
                    continue
                }
                var moved = event(
                    .moved, pool, target, "host \(to.name.hostText), \(host.provenance)", before, after, clock)
                moved.from = from.addresses.text
                moved.to = to.addresses.text
                events.append(moved)
            }
        }
        return events
    }

    private func event(
        _ kind: HealthEvent.Kind, _ pool: Int, _ target: TargetDefinition, _ reason: String, _ before: [ServedPool],
        _ after: [ServedPool], _ clock: WallClock
    ) -> HealthEvent {
        var event = HealthEvent(kind, at: clock.text(clock.now), reason: reason)
        event.pool = plan.pools[pool].definition.name
        event.target = target.name
        event.before = before[pool].answers
        event.after = after[pool].answers
        return event
    }
}

extension HostState: CustomStringConvertible {
    var description: String { "\(addresses.text) (\(provenance))" }

    /// `TTL 60, says 10.0.0.2`.
    fileprivate var provenance: String { "TTL \(timeToLive)" + (source.map { ", says \($0)" } ?? "") }
}
