// What stands against an order: the last target in service stays, and so many as `min_healthy` says, unless the operator
// insists. Only what the order itself changes for the worse counts.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// Why `new` should not take the place of `former` at this target; nil if nothing is wrong with it.
    func obstacle(
        to new: TargetOrders, after former: TargetOrders, at place: (pool: Int, target: Int), _ clock: WallClock
    ) -> OrderObstacle? {
        let standing = new.standing(at: clock.time)
        if standing != former.standing(at: clock.time), let obstacle = obstacle(to: standing, at: place, clock) {
            return obstacle
        }
        guard let window = new.maintenance.last, !former.maintenance.contains(where: { $0.id == window.id }) else {
            return nil
        }
        return obstacle(to: window, of: new, at: place, clock)
    }

    // MARK: Now

    private func obstacle(
        to order: StandingOrder, at place: (pool: Int, target: Int), _ clock: WallClock
    ) -> OrderObstacle? {
        let conditions = HealthSnapshot.conditions(of: plan.pools.map(\.definition), table)[place.pool]
        var after = conditions
        after[place.target] = after[place.target].map { $0.with(order) }
        let before = Set(conditions.indices.filter { conditions[$0].contains(where: \.isInService) })
        let left = before.filter { after[$0].contains(where: \.isInService) }
        let pool = plan.pools[place.pool].definition
        if left.count < before.count, let rule = rule(brokenBy: left.count, in: pool) {
            return obstacle(rule, pool, place.target, before: before, conditions)
        }
        guard pool.policy == .weighted || pool.policy == .sticky, before.contains(place.target) else { return nil }
        let hasWeight = { (targets: Set<Int>, conditions: [[MemberCondition]]) in
            targets.contains { (conditions[$0].first?.weight ?? pool.targets[$0].weight) > 0 }
        }
        guard hasWeight(before, conditions), !hasWeight(left, after) else { return nil }
        return obstacle(.lastWeight, pool, place.target, before: before, conditions)
    }

    private func rule(brokenBy count: Int, in pool: PoolDefinition) -> OrderObstacle.Rule? {
        if count == 0 { return .lastTarget }
        return count < pool.service.minimumHealthy.required(of: pool.targets.count) ? .minimumHealthy : nil
    }

    private func obstacle(
        _ rule: OrderObstacle.Rule, _ pool: PoolDefinition, _ target: Int, before: Set<Int>,
        _ conditions: [[MemberCondition]]
    ) -> OrderObstacle {
        let name = pool.targets[target].name
        let required = max(1, pool.service.minimumHealthy.required(of: pool.targets.count))
        let inService = before.sorted().map { pool.targets[$0].name }
        var text: String
        switch rule {
        case .lastTarget: text = "\(name) is the last target of the pool \(pool.name) in service"
        case .minimumHealthy:
            text = "without \(name) the pool \(pool.name) would have \(before.count - 1) in service, and min_healthy "
            text += "wants \(required); in service: \(inService.joined(separator: ", "))"
        case .lastWeight:
            text = "no target of the pool \(pool.name) in service would have a weight above 0, so that all would be "
            text += "answered alike; in service: \(inService.joined(separator: ", "))"
        }
        let out = pool.targets.indices.filter { !before.contains($0) }.map { index in
            "\(pool.targets[index].name) is \(Self.word(conditions[index]))"
        }
        if !out.isEmpty { text += " (\(out.joined(separator: ", ")))" }
        text +=
            rule == .lastWeight
            ? "; give another one a weight first, or insist with force"
            : "; bring another one into service first, or insist with force: then \(pool.service.consequence)"
        return OrderObstacle(rule: rule, required: required, inService: inService, text: text)
    }

    private static func word(_ conditions: [MemberCondition]) -> String {
        guard let first = conditions.first else { return HealthState.unknown.rawValue }
        return first.override.map { "\($0)" } ?? HealthState.worst(conditions.map(\.state)).rawValue
    }

    // MARK: Later

    /// Whether a new window takes too much out at any moment of it. What health will be then nobody knows; what has been
    /// ordered until now is known.
    private func obstacle(
        to window: MaintenanceWindow, of new: TargetOrders, at place: (pool: Int, target: Int), _ clock: WallClock
    ) -> OrderObstacle? {
        let pool = plan.pools[place.pool].definition
        let others = pool.targets.indices.filter { $0 != place.target }.map {
            ($0, orders[TargetKey(pool: pool.name, target: pool.targets[$0].name)])
        }
        // Who else leaves leaves at the beginning of a window.
        let begins = others.flatMap { $0.1.maintenance.map(\.from) }.filter { $0 > window.from && $0 < window.until }
        for time in ([window.from] + begins).sorted() where time > clock.time {
            let left = others.filter { $0.1.standing(at: time).override?.takesOut != true }.map {
                pool.targets[$0.0].name
            }
            guard let rule = rule(brokenBy: left.count, in: pool) else { continue }
            return obstacle(rule, to: window, at: time, pool, place.target, left: left)
        }
        return nil
    }

    private func obstacle(
        _ rule: OrderObstacle.Rule, to window: MaintenanceWindow, at time: Timestamp, _ pool: PoolDefinition,
        _ target: Int, left: [String]
    ) -> OrderObstacle {
        let name = pool.targets[target].name
        let required = max(1, pool.service.minimumHealthy.required(of: pool.targets.count))
        let rest = left.isEmpty ? "none" : left.joined(separator: ", ")
        return OrderObstacle(
            rule: rule, required: required, inService: left,
            text:
                "with \(name) in maintenance, the pool \(pool.name) would have too few targets at \(time.spoken): by what is "
                + "ordered now \(rest) would be left, and \(required) must be; choose a time in which no other is taken "
                + "out, or insist with force")
    }
}

extension MemberCondition {
    fileprivate func with(_ order: StandingOrder) -> MemberCondition {
        var condition = self
        condition.override = order.override
        condition.weight = order.weight
        return condition
    }
}

extension ServiceRules {
    /// What is answered once the pool as a whole counts as down.
    fileprivate var consequence: String {
        switch whenAllDown {
        case .open: "whoever no operator has taken out is answered with, or all if nobody is left"
        case .lastKnown: "those are answered with that last were in service"
        case .backup: "the backup is answered with"
        case .closed: "no address is answered"
        case .servfail: "SERVFAIL is answered"
        }
    }
}
