// Orders, which are in force at once, and saved before the operator is told so.

internal import DNSCore
internal import GRDB
public import HealthChecks
internal import Synchronization

/// The orders of this run, and those that it began with.
struct KnownOrders: Sendable {
    /// Empty ones are those that were taken away.
    private(set) var orders: [TargetKey: TargetOrders] = [:]
    private(set) var unsaved: Set<TargetKey> = []

    init(_ restored: [TargetOrders]) {
        for orders in restored { self.orders[orders.key] = orders }
    }

    mutating func set(_ new: TargetOrders) {
        orders[new.key] = new
        unsaved.insert(new.key)
    }

    /// All of them must be saved, as the file is another.
    mutating func forgetSaved() { unsaved = Set(orders.keys) }

    /// Takes in what a file had that could not be read sooner. Returns what this run did not know.
    mutating func add(_ late: [TargetOrders]) -> [TargetOrders] {
        let new = late.filter { orders[$0.key] == nil }
        for orders in new { self.orders[orders.key] = orders }
        return new
    }

    var toSave: [TargetOrders] { unsaved.compactMap { orders[$0] } }

    /// Notes that these are saved; those that have changed since are not.
    mutating func noteSaved(_ saved: [TargetOrders]) {
        for orders in saved where self.orders[orders.key] == orders { unsaved.remove(orders.key) }
    }
}

extension StateStore {
    /// Takes the orders for one target in the place of those that were saved. They are written by the next
    /// `saveOrders()`, or soon.
    public func take(_ orders: TargetOrders) { condition.withLock { $0.orders.set(orders) } }

    /// Writes all orders that are not written yet.
    /// - Returns: why they are not, if they are not.
    @discardableResult
    public func saveOrders() async -> String? {
        guard hasUnsavedOrders else { return nil }
        guard let file else { return status.problem }
        do throws(StateError) {
            try await saveOrders(in: file)
            return nil
        } catch {
            fail(error)
            return "\(error)"
        }
    }

    private var hasUnsavedOrders: Bool { condition.withLock { !$0.orders.unsaved.isEmpty } }

    func saveOrders(in file: StateFile) async throws(StateError) {
        guard hasUnsavedOrders else { return }
        // What is to be saved is looked up on the thread that writes, so that the last order has the last word.
        let saved = try await file.writeForSure { [self] database in
            let orders = condition.withLock { $0.orders.toSave }
            for order in orders { try database.save(order) }
            return orders
        }
        condition.withLock { $0.orders.noteSaved(saved) }
    }
}
