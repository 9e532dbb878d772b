// Orders over restarts, and over times in which they could not be written.

import DNSCore
import Foundation
import GRDB
import Synchronization
import Testing

@testable import HealthChecks
@testable import StateStore

@Suite struct OrderTests {
    private let scratch = Scratch()

    private func store() -> StateStore { StateStore(directory: scratch.path, logger: quiet) }

    private func orders(_ target: String, weight: UInt32? = nil, drained: Bool = false) -> TargetOrders {
        var orders = TargetOrders(TargetKey(pool: "p", target: target))
        let note = OrderNote(at: Timestamp(milliseconds: 1_800_000_000_123), by: "anna", reason: "upgrade")
        if drained { orders.state = StateOrder(override: .drained, note: note) }
        orders.weight = weight.map { WeightOrder(weight: $0, note: note) }
        return orders
    }

    @Test func ordersComeBack() async {
        let first = store()
        for order in [orders("a", drained: true), orders("b", weight: 7), orders("c", weight: 1)] { first.take(order) }
        #expect(await first.saveOrders() == nil)
        first.take(orders("c"))
        first.take(orders("b", weight: 9))
        #expect(await first.saveOrders() == nil)
        first.close()
        let second = store()
        #expect(second.restored.orders == [orders("a", drained: true), orders("b", weight: 9)])
        second.close()
    }

    @Test func theyAreThereForAProcessThatIsKilled() async throws {
        let first = store()
        first.take(orders("a", drained: true))
        #expect(await first.saveOrders() == nil)
        let copy = Scratch()
        try FileManager.default.copyItem(atPath: scratch.path, toPath: copy.path)
        let second = StateStore(directory: copy.path, logger: quiet)
        #expect(second.restored.orders == [orders("a", drained: true)])
        second.close()
        first.close()
    }

    @Test func manyAtATime() async {
        let first = store()
        await withTaskGroup { group in
            for weight in 1...200 {
                group.addTask {
                    first.take(orders("t\(weight % 10)", weight: UInt32(weight)))
                    #expect(await first.saveOrders() == nil)
                }
            }
        }
        let last = first.condition.withLock { $0.orders.orders }
        first.close()
        let second = store()
        #expect(second.restored.orders.count == 10)
        for order in second.restored.orders { #expect(last[order.key] == order) }
        second.close()
    }

    @Test func whatCouldNotBeWrittenIsWrittenLater() async throws {
        let first = store()
        let file = try #require(first.file)
        try await file.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
        first.take(orders("a", drained: true))
        let problem = await first.saveOrders()
        #expect(problem?.contains("triagedns.sqlite") == true)
        #expect(first.status.problem == problem)
        try await file.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 0") }
        #expect(await first.saveOrders() == nil)
        first.close()
        #expect(store().restored.orders == [orders("a", drained: true)])
    }

    @Test func aNewFileGetsAllOfThem() async throws {
        let first = store()
        first.take(orders("a", drained: true))
        #expect(await first.saveOrders() == nil)
        first.fail(StateError(path: scratch.file, cause: .corrupt("malformed")))
        #expect(first.reopen() == [])
        #expect(await first.saveOrders() == nil)
        first.close()
        #expect(store().restored.orders == [orders("a", drained: true)])
    }

    @Test func theyOutliveDamageElsewhere() async throws {
        let first = store()
        first.take(orders("a", drained: true))
        #expect(await first.saveOrders() == nil)
        let root = try await #require(first.file).read { database in
            try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'members'")
        }
        first.close()
        try scratch.damage(at: UInt64(try #require(root) - 1) * 4096, 4096)
        let second = store()
        #expect(second.file?.movedAside != nil)
        #expect(second.restored.orders == [orders("a", drained: true)])
        second.close()
        #expect(store().restored.orders == [orders("a", drained: true)])
    }

    @Test func ordersThatShowLater() async throws {
        let former = store()
        for order in [orders("a", drained: true), orders("b", weight: 7)] { former.take(order) }
        #expect(await former.saveOrders() == nil)
        former.close()
        let hidden = scratch.path + ".hidden"
        try FileManager.default.moveItem(atPath: scratch.path, toPath: hidden)
        try Data().write(to: URL(fileURLWithPath: scratch.path))
        let store = store()
        #expect(!store.status.isWorking && store.restored.orders.isEmpty)
        store.take(orders("b", weight: 8))
        #expect(await store.saveOrders() != nil)
        try FileManager.default.removeItem(atPath: scratch.path)
        try FileManager.default.moveItem(atPath: hidden, toPath: scratch.path)
        // What was ordered since counts.
        #expect(store.reopen() == [orders("a", drained: true)])
        #expect(await store.saveOrders() == nil)
        store.close()
        #expect(self.store().restored.orders == [orders("a", drained: true), orders("b", weight: 8)])
    }

    @Test func whatCannotBeReadIsSaid() async throws {
        let first = store()
        first.take(orders("a", drained: true))
        #expect(await first.saveOrders() == nil)
        try await #require(first.file).write {
            try $0.execute(sql: "INSERT INTO orders VALUES ('p', 'x', '{\"pool\": 1}')")
        }
        first.close()
        let second = store()
        #expect(second.restored.unreadableOrders == [TargetKey(pool: "p", target: "x")])
        #expect(second.restored.orders == [orders("a", drained: true)])
        second.close()
    }
}
