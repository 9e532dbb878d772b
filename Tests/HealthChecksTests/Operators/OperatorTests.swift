// What operators do to a running monitor, and what time alone does to it.

import Checks
import DNSCore
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import HealthChecks

@Suite struct OperatorTests {
    private func pool(_ count: Int = 2) -> MonitoredPool {
        MonitoredPool(
            definition: PoolDefinition(
                name: "p", policy: .roundRobin,
                targets: (1...count).map {
                    TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + UInt32($0))]))
                }), checks: [])
    }

    private let t1 = TargetKey(pool: "p", target: "t1")

    @Test func ordersArePublishedKeptAndSaved() throws {
        let published = Mutex<[[String]]>([])
        let saved = Mutex<[TargetOrders]>([])
        let monitor = HealthMonitor(
            pools: [pool()], group: testGroup, logger: quiet,
            saveOrders: { orders in saved.withLock { $0.append(orders) } }
        ) { pools in
            published.withLock { $0.append(pools[0].answers.members) }
        }
        #expect(try monitor.perform(OperatorOrder(.drain, reason: "upgrade", by: "anna"), on: t1).hasChanged)
        #expect(try !monitor.perform(OperatorOrder(.drain), on: t1).hasChanged)
        #expect(try monitor.perform(OperatorOrder(.undrain), on: t1).orders.isEmpty)
        #expect(published.withLock { $0 } == [["192.0.2.2"], ["192.0.2.1", "192.0.2.2"]])
        let events = monitor.events.page(after: 0, limit: 10).events
        #expect(events.map(\.kind) == [.override, .override])
        #expect(events.map(\.to) == ["drained", "none"])
        #expect(events.map(\.by) == ["anna", nil])
        #expect(monitor.served()[0].answers.members.count == 2)
        let orders = saved.withLock { $0 }
        #expect(orders.map(\.key) == [t1, t1])
        #expect(orders[0].state?.override == .drained)
        #expect(orders[0].state?.note.reason == "upgrade")
        #expect(orders[1].isEmpty)
    }

    /// What was saved holds in what is served first.
    @Test func savedOrdersHoldFromTheStart() throws {
        var orders = TargetOrders(t1)
        orders.state = StateOrder(override: .drained, note: OrderNote(at: .now))
        let data = try JSONEncoder().encode(orders)
        let monitor = HealthMonitor(
            pools: [pool()], group: testGroup, logger: quiet,
            orders: [try JSONDecoder().decode(TargetOrders.self, from: data)]
        ) { _ in }
        #expect(monitor.served()[0].answers.members == ["192.0.2.2"])
        #expect(monitor.orders() == [orders])
    }

    @Test func whatDoesNotExistIsSaid() {
        let monitor = HealthMonitor(pools: [pool()], group: testGroup, logger: quiet) { _ in }
        #expect(throws: OperatorError.noPool("q")) {
            try monitor.perform(OperatorOrder(.force(up: true)), on: TargetKey(pool: "q", target: "t1"))
        }
        #expect(throws: OperatorError.noTarget("x", pool: "p")) {
            try monitor.perform(OperatorOrder(.restore), on: TargetKey(pool: "p", target: "x"))
        }
        #expect(throws: OperatorError.nothingToRestore("t1", pool: "p")) {
            try monitor.perform(OperatorOrder(.restore), on: t1)
        }
        #expect("\(OperatorError.noTarget("x", pool: "p"))" == "the pool p has no target x")
    }

    /// Rings once for the last time that was set, and not at all when it is off.
    @Test func theAlarm() async {
        let rung = Mutex<[String]>([])
        let alarm = DeadlineAlarm()
        alarm.set(.now + .seconds(3600)) { rung.withLock { $0.append("late") } }
        alarm.set(.now + .milliseconds(5)) { rung.withLock { $0.append("soon") } }
        for _ in 0..<4000 where rung.withLock(\.isEmpty) { try? await Task.sleep(for: .milliseconds(5)) }
        #expect(rung.withLock { $0 } == ["soon"])
        alarm.turnOff()
        alarm.set(.now) { rung.withLock { $0.append("off") } }
        try? await Task.sleep(for: .milliseconds(20))
        #expect(rung.withLock { $0 } == ["soon"])
    }
}
