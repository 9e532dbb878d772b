// Orders on the board: what follows from them for the pools, and what is said of them.

internal import Checks
internal import DNSCore

/// What an order has changed, for the journal.
struct OrderNews: Sendable {
    var key: TargetKey
    var kind = HealthEvent.Kind.override
    /// What counts over probes, before and after; nil where that has not changed.
    var from: String?
    var to: String?
    var reason: String
    var by: String?
}

extension HealthBoard {
    /// How long the wall clock is relied upon: somebody may set it.
    private static let longestWait = Duration.seconds(30)

    /// Follows an order, unless something stands against it.
    mutating func perform(
        _ order: OperatorOrder, on key: TargetKey, _ clock: WallClock
    ) throws(OperatorError) -> Change {
        try order.checkTexts()
        var change = Change()
        if order.action == .restore {
            let place = try plan.place(key)
            guard pools[place.pool].awaitsRestore(target: place.target, at: clock.now) else {
                throw .nothingToRestore(key.target, pool: key.pool)
            }
            handle(.restore(target: place.target), in: place.pool, &change, at: clock.now)
            return change
        }
        let former = orders[key]
        // Orders of a target that is gone can still be taken away.
        let isRemoval = order.action == .clear && !former.isEmpty
        if !isRemoval { _ = try plan.place(key) }
        let new = try former.applying(order, at: clock.time)
        guard new != former else { return change }
        var obstacle: OrderObstacle?
        if let place = try? plan.place(key) { obstacle = self.obstacle(to: new, after: former, at: place, clock) }
        if let obstacle, !order.isForced { throw .refused(obstacle) }
        orders[key] = new
        change.saved = [new]
        let standing = follow(key, &change, clock)
        change.orders.append(news(order, former, new, standing, isForced: obstacle != nil, clock))
        updateOrderDeadline(clock)
        return change
    }

    /// Opens and closes windows.
    mutating func passOrders(_ clock: WallClock, _ change: inout Change) {
        for turn in orders.pass(to: clock.time) {
            let standing = follow(turn.key, &change, clock)
            let window = turn.window
            var reason =
                turn.isOver ? "window \(window.id) is over" : "window \(window.id) until \(window.until.spoken)"
            if !turn.isOver, let text = window.note.reason { reason += ": \(text)" }
            change.orders.append(
                OrderNews(
                    key: turn.key, kind: turn.isOver ? .maintenanceEnd : .maintenanceBegin, from: standing?.from,
                    to: standing?.to, reason: reason, by: turn.isOver ? nil : window.note.by))
            change.saved.removeAll { $0.key == turn.key }
            change.saved.append(orders[turn.key])
        }
        updateOrderDeadline(clock)
    }

    /// Takes over other orders, which need not be told of.
    @discardableResult
    mutating func take(_ book: OrderBook, _ clock: WallClock) -> Change {
        orders = book
        var change = Change()
        for pool in plan.pools.map(\.definition) {
            for target in pool.targets {
                _ = follow(TargetKey(pool: pool.name, target: target.name), &change, clock)
            }
        }
        updateOrderDeadline(clock)
        return change
    }

    /// Lets a pool know what counts now. Returns what counted and what counts, if that has changed.
    private mutating func follow(
        _ key: TargetKey, _ change: inout Change, _ clock: WallClock
    ) -> (from: String, to: String)? {
        guard let (pool, target) = try? plan.place(key) else { return nil }
        let old = pools[pool].orders[target]
        let new = orders.standing(key, at: clock.time)
        guard new != old else { return nil }
        handle(.order(new, target: target), in: pool, &change, at: clock.now)
        return (old.text, new.text)
    }

    private mutating func updateOrderDeadline(_ clock: WallClock) {
        orderDeadline = orders.nextTime.map { clock.now + min(max($0 - clock.time, .zero), Self.longestWait) }
        include(orderDeadline)
    }

    private func news(
        _ order: OperatorOrder, _ former: TargetOrders, _ new: TargetOrders, _ standing: (from: String, to: String)?,
        isForced: Bool, _ clock: WallClock
    ) -> OrderNews {
        var news = OrderNews(
            key: new.key, from: standing?.from, to: standing?.to, reason: order.reason ?? HealthEvent.unexplained,
            by: order.by)
        switch order.action {
        case .maintenance:
            guard let window = new.maintenance.last else { break }
            news.kind = window.hasBegun ? .maintenanceBegin : .maintenanceScheduled
            news.reason = "window \(window.id) "
            news.reason +=
                window.hasBegun
                ? "until \(window.until.spoken)" : "from \(window.from.spoken) until \(window.until.spoken)"
            if let reason = order.reason { news.reason += ": \(reason)" }
        case .endMaintenance(let id):
            news.kind = .maintenanceEnd
            let wasOpen = former.openWindows(at: clock.time).contains { $0.id == id }
            news.reason = "window \(id) was \(wasOpen ? "ended" : "called off")"
            if let reason = order.reason { news.reason += ": \(reason)" }
        default: break
        }
        if isForced { news.reason += " (forced)" }
        return news
    }
}

extension StandingOrder {
    /// `none`, `drained`, `weight 10`, `drained, weight 10`.
    var text: String {
        let parts = [override.map { "\($0)" }, weight.map { "weight \($0)" }].compactMap { $0 }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension MonitorPlan {
    func place(_ key: TargetKey) throws(OperatorError) -> (pool: Int, target: Int) {
        guard let number = pools.firstIndex(where: { $0.definition.name == key.pool }) else { throw .noPool(key.pool) }
        let targets = pools[number].definition.targets
        guard let index = targets.firstIndex(where: { $0.name == key.target }) else {
            throw .noTarget(key.target, pool: key.pool)
        }
        return (number, index)
    }
}
