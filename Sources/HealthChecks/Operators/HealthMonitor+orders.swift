// What operators may do to targets while the program runs.

public import DNSCore
internal import Synchronization

/// What an order has come to.
public struct OrderOutcome: Sendable {
    /// False: everything was as ordered before.
    public var hasChanged: Bool
    /// What is ordered for the target now.
    public var orders: TargetOrders
    /// Why it will not survive a restart, though it should; nil if it will, or nothing does.
    public var problem: String?
}

extension HealthMonitor {
    /// Follows an order, and publishes what comes of it.
    @discardableResult
    public func perform(_ order: OperatorOrder, on key: TargetKey) throws(OperatorError) -> OrderOutcome {
        var result = Result<OrderOutcome, OperatorError>.failure(.noPool(key.pool))
        update { boards, now in
            let clock = WallClock(now: now)
            do throws(OperatorError) {
                let change = try boards.current.perform(order, on: key, clock)
                // Both know the same when one takes over from the other.
                if order.action == .restore {
                    _ = try? boards.next?.perform(order, on: key, clock)
                } else if !change.saved.isEmpty {
                    boards.next?.take(boards.current.orders, clock)
                }
                result = .success(
                    OrderOutcome(hasChanged: change.isEvent, orders: boards.current.orders[key]))
                return change
            } catch {
                result = .failure(error)
                return nil
            }
        }
        return try result.get()
    }

    /// All that is ordered at this moment, by the names of pools and targets; also for targets that are not there.
    public func orders() -> [TargetOrders] { boards.withLock { $0.current.orders.all } }
}
