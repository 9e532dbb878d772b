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

    @Test func overridesArePublishedAndKept() throws {
        let published = Mutex<[[String]]>([])
        let monitor = HealthMonitor(pools: [pool()], group: testGroup, logger: quiet) { pools in
            published.withLock { $0.append(pools[0].answers.members) }
        }
        try monitor.set(.drained, pool: "p", target: "t1")
        try monitor.set(.drained, pool: "p", target: "t1")
        try monitor.set(nil, pool: "p", target: "t1")
        #expect(published.withLock { $0 } == [["192.0.2.2"], ["192.0.2.1", "192.0.2.2"]])
        let events = monitor.events.page(after: 0, limit: 10).events
        #expect(events.map(\.kind) == [.override, .override])
        #expect(events.map(\.to) == ["drained", "none"])
        #expect(monitor.served()[0].answers.members.count == 2)
    }

    @Test func whatDoesNotExistIsSaid() {
        let monitor = HealthMonitor(pools: [pool()], group: testGroup, logger: quiet) { _ in }
        #expect(throws: OperatorError.noPool("q")) { try monitor.set(.forcedUp, pool: "q", target: "t1") }
        #expect(throws: OperatorError.noTarget("x", pool: "p")) { try monitor.restore(pool: "p", target: "x") }
        #expect(throws: OperatorError.nothingToRestore("t1", pool: "p")) {
            try monitor.restore(pool: "p", target: "t1")
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
