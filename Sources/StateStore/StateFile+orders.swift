// Orders of operators.

internal import DNSCore
internal import GRDB
internal import HealthChecks

extension StateFile {
    /// All that are kept, and the targets of those that cannot be understood.
    func orders() throws(StateError) -> (orders: [TargetOrders], unreadable: [TargetKey]) {
        do {
            return try queue.read { database in
                var orders: [TargetOrders] = []
                var unreadable: [TargetKey] = []
                let rows = try Row.fetchCursor(database, sql: "SELECT pool, target, value FROM orders")
                while let row = try rows.next() {
                    let key = TargetKey(pool: row["pool"], target: row["target"])
                    if let order = decode(TargetOrders.self, row["value"]), order.key == key {
                        orders.append(order)
                    } else {
                        unreadable.append(key)
                    }
                }
                return (orders, unreadable)
            }
        } catch {
            throw StateError(error, path: path)
        }
    }
}

extension Database {
    /// Saves the orders for one target, in the place of those that were saved.
    func save(_ orders: TargetOrders) throws {
        let key: StatementArguments = [orders.pool, orders.target]
        try execute(sql: "DELETE FROM orders WHERE pool = ? AND target = ?", arguments: key)
        guard !orders.isEmpty else { return }
        try execute(
            sql: "INSERT INTO orders (pool, target, value) VALUES (?, ?, ?)", arguments: key + [try encode(orders)])
    }
}
