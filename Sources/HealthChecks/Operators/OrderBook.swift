// The orders for all targets. Pure: the time is a parameter.

internal import DNSCore

/// What operators have ordered, by target. Orders for a target that is not there (any more, or yet) are kept for when it
/// is: a target that a mistake in a file took away for a moment is still drained after it.
struct OrderBook: Sendable {
    private(set) var orders: [TargetKey: TargetOrders] = [:]

    init(_ orders: [TargetOrders] = []) {
        for order in orders where !order.isEmpty { self.orders[order.key] = order }
    }

    subscript(key: TargetKey) -> TargetOrders {
        get { orders[key] ?? TargetOrders(key) }
        set { orders[key] = newValue.isEmpty ? nil : newValue }
    }

    func standing(_ key: TargetKey, at time: Timestamp) -> StandingOrder {
        orders[key]?.standing(at: time) ?? StandingOrder()
    }

    /// In the order of the names.
    var all: [TargetOrders] { orders.values.sorted { ($0.pool, $0.target) < ($1.pool, $1.target) } }

    /// When a window opens or closes next; nil if none will.
    var nextTime: Timestamp? {
        orders.values.lazy.flatMap(\.maintenance).map { $0.hasBegun ? $0.until : $0.from }.min()
    }

    /// A window that has opened or closed.
    struct Turn: Hashable {
        var key: TargetKey
        var window: MaintenanceWindow
        var isOver: Bool
    }

    /// Notes which windows have opened, and drops those that are over.
    mutating func pass(to time: Timestamp) -> [Turn] {
        guard let nextTime, nextTime <= time else { return [] }
        var turns: [Turn] = []
        for var order in all {
            for index in order.maintenance.indices where order.maintenance[index].from <= time {
                let window = order.maintenance[index]
                if !window.hasBegun, window.until > time {
                    order.maintenance[index].hasBegun = true
                    turns.append(Turn(key: order.key, window: window, isOver: false))
                }
                if window.until <= time { turns.append(Turn(key: order.key, window: window, isOver: true)) }
            }
            order.maintenance.removeAll { $0.until <= time }
            self[order.key] = order
        }
        return turns
    }
}
