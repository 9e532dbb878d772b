// What the monitor knows, for whoever keeps it over a restart.

internal import DNSCore
internal import Synchronization

extension HealthMonitor {
    /// Puts orders in force that could not be read at the start. Those that were given since stay as they are.
    public func add(_ orders: [TargetOrders]) {
        guard !orders.isEmpty else { return }
        update { boards, now in
            let clock = WallClock(now: now)
            let book = OrderBook(orders + boards.current.orders.all)
            _ = boards.next?.take(book, clock)
            return boards.current.take(book, clock)
        }
    }

    /// What is not as it was when this was last called; nil: nothing.
    /// - Parameter all: all of it, as what was taken then has been lost, or to bring its times up to date.
    public func takeUnsaved(all: Bool = false) -> UnsavedHealth? {
        let taken = boards.withLock { boards -> (HealthBoard, HealthBoard.Unsaved)? in
            var unsaved = boards.current.unsaved
            if all { unsaved.isAll = true }
            guard !unsaved.isEmpty else { return nil }
            boards.current.unsaved = HealthBoard.Unsaved(isAll: false, isNode: false)
            return (boards.current, unsaved)
        }
        return taken.flatMap { board, unsaved in board.toSave(unsaved, WallClock()) }
    }
}
