// From what an event has changed to what is kept and logged of it.

internal import Checks
internal import DNSCore
internal import Logging

extension HealthBoard {
    /// One event for each transition, and for what concerns a pool or the node as a whole.
    /// - Parameters:
    ///   - before: what each pool answered with whose answers may have changed.
    ///   - after: what each pool answers with.
    func events(
        of change: Change, before: [Int: ServedPool], after: [ServedPool], _ clock: WallClock
    ) -> [HealthEvent] {
        var events: [HealthEvent] = []
        if let prober = change.prober { events.append(event(of: prober, clock)) }
        for pool in change.commonCauses { events.append(commonModeEvent(of: pool, clock)) }
        for news in change.orders { events.append(event(of: news, clock)) }
        for (pool, transition) in change.transitions { events.append(event(of: transition, in: pool, clock)) }
        for pool in before.keys.sorted() {
            guard let former = before[pool] else { continue }
            events += nestedEvents(in: pool, from: former.conditions, to: after[pool].conditions, clock)
        }
        for index in events.indices {
            guard let name = events[index].pool,
                let pool = plan.pools.firstIndex(where: { $0.definition.name == name })
            else { continue }
            events[index].before = (before[pool] ?? after[pool]).answers
            events[index].after = after[pool].answers
        }
        return events
    }

    private func event(of transition: PoolState.Transition, in pool: Int, _ clock: WallClock) -> HealthEvent {
        let member = plan.members[plan.ranges[pool].lowerBound + transition.member]
        let definition = plan.pools[pool].definition
        var event = HealthEvent(
            .transition, at: clock.text(clock.now), reason: reason(of: transition, member, clock))
        event.pool = definition.name
        event.target = definition.targets[member.target].name
        event.address = member.subject.text
        event.from = transition.old.rawValue
        event.to = transition.new.rawValue
        event.checks = member.units.map { status(unit: $0, clock) }
        return event
    }

    /// What has become of the pools that are targets of another.
    private func nestedEvents(
        in pool: Int, from old: [[MemberCondition]], to new: [[MemberCondition]], _ clock: WallClock
    ) -> [HealthEvent] {
        let definition = plan.pools[pool].definition
        return definition.targets.enumerated().compactMap { index, target in
            guard case .pool(let nested) = target.endpoint, let from = old[index].first?.state,
                let to = new[index].first?.state, from != to
            else { return nil }
            var event = HealthEvent(
                .transition, at: clock.text(clock.now), reason: "the pool \(nested.name) as a whole is \(to.rawValue)")
            event.pool = definition.name
            event.target = target.name
            event.from = from.rawValue
            event.to = to.rawValue
            return event
        }
    }

    private func event(of prober: ProberState.Change, _ clock: WallClock) -> HealthEvent {
        let kind: HealthEvent.Kind =
            switch prober {
            case .cutOff: .cutOff
            case .holdOver: .cutOffHoldOver
            case .reachable: .reachable
            }
        let text =
            switch prober {
            case .cutOff: cutOffText(clock) ?? ""
            case .holdOver: "nothing that this node probes answers still; states follow the checks again"
            case .reachable: "this node reaches something again; states follow the checks"
            }
        return HealthEvent(kind, at: clock.text(clock.now), reason: text)
    }

    private func commonModeEvent(of pool: Int, _ clock: WallClock) -> HealthEvent {
        let cause = pools[pool].commonCause
        var event = HealthEvent(
            cause?.isOver == false ? .commonMode : .commonModeOver, at: clock.text(clock.now),
            reason: commonCauseText(pool: pool, clock) ?? "no common cause any more")
        event.pool = plan.pools[pool].definition.name
        return event
    }

    private func event(of news: OrderNews, _ clock: WallClock) -> HealthEvent {
        var event = HealthEvent(news.kind, at: clock.text(clock.now), reason: news.reason)
        event.pool = news.key.pool
        event.target = news.key.target
        event.from = news.from
        event.to = news.to
        event.by = news.by
        return event
    }

    // MARK: Reasons

    private func reason(of transition: PoolState.Transition, _ member: MonitorPlan.Member, _ clock: WallClock) -> String
    {
        switch transition.cause {
        case .checks: checksText(member) ?? "all checks pass"
        case .held(let hold): text(of: hold, member, clock)
        case .holdOver: "what kept it down is over"
        case .restored: "an operator has restored it"
        case .lastTarget: "kept down no longer, as too few others are in service"
        case .stale: "no verdict for a long time"
        case .cutOff: "held as it was: this node is probably cut off"
        case .commonCause(let layer): "held as it was: all targets fail at \(layer.rawValue), shared dependency?"
        }
    }

    /// What is wrong with a member's checks; nil if nothing is.
    func checksText(_ member: MonitorPlan.Member) -> String? {
        let texts = member.units.compactMap { unit -> String? in
            guard let outcome = units[unit].last?.verdict.outcome, let layer = outcome.layer else { return nil }
            return "\(plan.units[unit].check.name), \(layer.rawValue): \(outcome.text ?? outcome.name)"
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    func text(of hold: MemberState.Hold, _ member: MonitorPlan.Member, _ clock: WallClock) -> String {
        switch hold {
        case .flapping(let until, let changes):
            let window = plan.pools[member.pool].rules.damping?.window ?? .zero
            return "flapping: \(changes) changes within \(window.spoken); kept down until \(clock.text(until))"
        case .delayed(let until):
            return "its checks pass; in service again from \(clock.text(until)) on if they go on to"
        case .awaitsRestore: return "its checks pass; stays out until an operator restores it"
        }
    }

    /// Why states are held, or were; nil if this node seems to be connected.
    func cutOffText(_ clock: WallClock) -> String? {
        guard let cutOff = prober.cutOff else { return nil }
        let since = "nothing that it probes has answered since \(clock.text(cutOff.since))"
        return cutOff.isOver
            ? "this node is perhaps cut off: \(since); states are held no longer"
            : "this node is probably cut off: \(since); states are held until \(clock.text(cutOff.until))"
    }

    /// What the targets of a pool seem to have in common; nil if nothing.
    func commonCauseText(pool: Int, _ clock: WallClock) -> String? {
        guard let cause = pools[pool].commonCause else { return nil }
        let text = "shared dependency? all targets fail at \(cause.layer.rawValue), and at no layer below"
        return cause.isOver
            ? "\(text); they are kept in service no longer"
            : "\(text); they are kept in service until \(clock.text(cause.until))"
    }
}

extension HealthEvent {
    /// What the line says in words, for programs.
    var logFields: Logger.Metadata {
        let texts = [
            "event": kind.rawValue, "pool": pool, "target": target, "address": address, "from": from, "to": to,
            "reason": reason, "answers": after?.text,
        ]
        return texts.compactMapValues { $0.map(Logger.MetadataValue.string) }
    }

    var logLevel: Logger.Level {
        switch kind {
        case .transition where to == HealthState.down.rawValue: .warning
        case .transition where from == HealthState.unknown.rawValue && to == HealthState.up.rawValue: .info
        case .cutOff, .cutOffHoldOver, .commonMode, .unresolved: .warning
        case .transition, .override, .commonModeOver, .reachable, .moved, .resolved: .notice
        case .maintenanceScheduled, .maintenanceBegin, .maintenanceEnd: .notice
        }
    }
}
