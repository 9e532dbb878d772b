// When a target can be stopped: after the largest TTL of the answers that contained it.

import Checks
import DNSCore
import Foundation
import Testing

import Synchronization
@testable import HealthChecks

@Suite struct DrainClockTests {
    private func target(_ number: UInt32, weight: UInt32 = 1) -> TargetDefinition {
        TargetDefinition(
            name: "t\(number)", endpoint: .addresses([.v4(0xC000_0200 + number)]), weight: weight,
            ownName: try? DomainName(wire: [2, 0x74, UInt8(0x30 + number), 0]))
    }

    private func pool(
        _ name: String = "p", _ policy: PoolPolicy = .roundRobin, of targets: [TargetDefinition], ttl: UInt32?,
        service: ServiceRules = ServiceRules(), checks: [CheckDefinition] = []
    ) -> MonitoredPool {
        MonitoredPool(
            definition: PoolDefinition(name: name, policy: policy, targets: targets, service: service),
            checks: checks, timeToLive: ttl)
    }

    private func monitor(_ pools: [MonitoredPool]) -> HealthMonitor {
        HealthMonitor(pools: pools, group: testGroup, logger: quiet) { _ in }
    }

    private func clock(_ monitor: HealthMonitor, _ target: String = "t1", pool: String = "p") -> DrainClockStatus? {
        monitor.status().first { $0.status.name == pool }?.status.targets.first { $0.name == target }?.drainClock
    }

    /// Orders, and checks that the target is safe to stop after `seconds` and the grace.
    private func expect(
        _ seconds: Int, after action: OperatorOrder.Action, _ monitor: HealthMonitor, pool: String = "p"
    ) throws {
        let before = Timestamp.now
        try monitor.perform(OperatorOrder(action, isForced: true), on: TargetKey(pool: pool, target: "t1"))
        let clock = try #require(self.clock(monitor, pool: pool))
        // The status reads both clocks, so its own time counts for the later bound.
        let after = Timestamp.now
        #expect(!clock.isAnswered && !clock.isSafe)
        let safe = try #require(clock.safeAt)
        // All are rounded to milliseconds.
        let span = Duration.seconds(seconds) + DrainClock.grace
        #expect(safe >= before + span + .milliseconds(-2) && safe <= after + span + .milliseconds(2))
    }

    @Test func theTTLOfTheRecordCounts() throws {
        let monitor = monitor([pool(of: [target(1), target(2)], ttl: 300)])
        #expect(clock(monitor)?.isAnswered == true)
        #expect(clock(monitor)?.timeToLive == 300)
        #expect(clock(monitor)?.safeAt == nil)
        try expect(300, after: .drain, monitor)
        // More orders make it no later, and a return undoes it.
        let key = TargetKey(pool: "p", target: "t1")
        let end = { monitor.boards.withLock { $0.drainClock.end(of: key, at: .now) } }
        let first = end()
        try monitor.perform(OperatorOrder(.force(up: false)), on: key)
        #expect(first != nil && end() == first)
        try monitor.perform(OperatorOrder(.unforce), on: TargetKey(pool: "p", target: "t1"))
        #expect(clock(monitor)?.isAnswered == true)
    }

    /// Before the process began, somebody may have given answers with any target.
    @Test func afterAStartNobodyKnowsWhatWasAnswered() throws {
        var orders = TargetOrders(TargetKey(pool: "p", target: "t1"))
        orders.state = StateOrder(override: .drained, note: OrderNote(at: .now))
        let before = Timestamp.now
        let monitor = HealthMonitor(
            pools: [pool(of: [target(1), target(2)], ttl: 60)], group: testGroup, logger: quiet, orders: [orders]
        ) { _ in }
        #expect(clock(monitor)?.isSafe == false)
        #expect(clock(monitor)?.safeAt.map { $0 >= before + .seconds(62) + .milliseconds(-2) } == true)
    }

    /// What no record names is in no answer.
    @Test func aPoolWithoutRecords() throws {
        let monitor = monitor([pool(of: [target(1), target(2)], ttl: nil)])
        #expect(clock(monitor) == DrainClockStatus(isAnswered: false, isSafe: true, alsoAnsweredAs: []))
    }

    /// A state of which nobody is sure is answered for 10 s at most, but the clock knows that it was longer before.
    @Test func theLargestTTLThatWasHandedOutCounts() throws {
        let check = CheckDefinition(name: "tcp", kind: .tcp, port: 1)
        let pools = [pool(of: [target(1), target(2)], ttl: 300, checks: [check])]
        let plan = MonitorPlan(pools)
        var boards = HealthMonitor.Boards(current: HealthBoard(plan, at: .now), configured: pools, hosts: [:])
        let start = Instant.now
        // Unknown at first.
        #expect(
            plan.exposure(of: [0], in: boards.served) == [
                TargetKey(pool: "p", target: "t1"): 10, TargetKey(pool: "p", target: "t2"): 10,
            ])
        for unit in 0..<2 {
            let verdict = Verdict(outcome: .passed, layers: [], latency: .zero)
            _ = boards.current.record(verdict, of: unit, at: start)
        }
        boards.served = boards.current.served
        let key = TargetKey(pool: "p", target: "t1")
        let steady = plan.exposure(of: [0], in: boards.served)
        #expect(steady[key] == 300)
        boards.drainClock.retire(steady, at: start)
        boards.drainClock.retire([key: 15], at: start + .seconds(100))
        #expect(boards.drainClock.end(of: key, at: start) == start + .seconds(302))
        boards.drainClock.retire([key: 15], at: start + .seconds(290))
        #expect(boards.drainClock.end(of: key, at: start) == start + .seconds(307))
        #expect(boards.drainClock.end(of: key, at: start + .seconds(307)) == nil)
        boards.drainClock.prune(at: start + .seconds(307))
        #expect(boards.drainClock.end(of: key, at: start) == nil)
    }

    /// Without a weight it is in no answer, though not drained; where weights do not count, it is.
    @Test func weightZero() throws {
        let plain = [1, 2].map { TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + $0)])) }
        try expect(30, after: .weight(0), monitor([pool("p", .weighted, of: plain, ttl: 30)]))
        try expect(30, after: .weight(0), monitor([pool("p", .sticky, of: plain, ttl: 30)]))
        let even = monitor([pool("p", .roundRobin, of: plain, ttl: 30)])
        try even.perform(OperatorOrder(.weight(0)), on: TargetKey(pool: "p", target: "t1"))
        #expect(clock(even)?.isAnswered == true)
        // Among zeros all are answered with.
        let zeros = monitor([
            pool(
                "p", .weighted,
                of: plain.map {
                    var zero = $0; zero.weight = 0; return zero
                }, ttl: 30)
        ])
        #expect(clock(zeros)?.isAnswered == true)
    }

    /// SRV records send a target of another tier along.
    @Test func otherTiersAreInServiceRecords() throws {
        var second = target(2)
        second.tier = 1
        let monitor = monitor([pool("p", .failover, of: [target(1), second], ttl: 30)])
        #expect(clock(monitor, "t2")?.isAnswered == true)
        second.ownName = nil
        let plain = self.monitor([pool("p", .failover, of: [target(1), second], ttl: 30)])
        #expect(clock(plain, "t2")?.isAnswered == false)
    }

    /// The names that lead to an outer pool count for the targets of the inner one.
    @Test func nestedPools() throws {
        let outer = PoolDefinition(
            name: "outer", policy: .roundRobin,
            targets: [
                TargetDefinition(name: "t1", endpoint: .pool(NestedPool(name: "p"))),
                TargetDefinition(name: "own", endpoint: .addresses([.v4(0xC633_6401)])),
            ])
        let pools = [
            pool(of: [target(1), target(2)], ttl: 60), MonitoredPool(definition: outer, checks: [], timeToLive: 300),
        ]
        try expect(300, after: .drain, monitor(pools))
        // The pool as a target: its own targets are answered with by its own name still.
        let other = monitor(pools)
        try expect(300, after: .drain, other, pool: "outer")
        #expect(clock(other)?.isAnswered == true)
        #expect(clock(other)?.timeToLive == 60)
    }

    /// A pool that stands in for another is answered with by the other's names, for 10 s at most.
    @Test func backups() throws {
        var service = ServiceRules()
        service.whenAllDown = .backup
        service.backup = .pool("p")
        let main = pool("main", .roundRobin, of: [target(3), target(4)], ttl: 300, service: service)
        let monitor = monitor([main, pool(of: [target(1), target(2)], ttl: nil)])
        #expect(clock(monitor)?.isAnswered == false)
        for name in ["t3", "t4"] {
            try monitor.perform(
                OperatorOrder(.force(up: false), isForced: true), on: TargetKey(pool: "main", target: name))
        }
        #expect(clock(monitor)?.timeToLive == 10)
        #expect(clock(monitor, "t3", pool: "main")?.isAnswered == false)
    }

    /// The same machine may be answered with as somebody else.
    @Test func theSameAddressElsewhere() throws {
        let monitor = monitor([
            pool(of: [target(1), target(2)], ttl: 30), pool("q", of: [target(1), target(2)], ttl: 30),
        ])
        try expect(30, after: .drain, monitor)
        #expect(clock(monitor)?.alsoAnsweredAs == [TargetKey(pool: "q", target: "t1")])
        try expect(30, after: .drain, monitor, pool: "q")
        #expect(clock(monitor)?.alsoAnsweredAs == [])
    }

    /// A reload that takes a target away, or its name, is the same as a drain.
    @Test func aReload() async throws {
        let monitor = monitor([pool(of: [target(1), target(2)], ttl: 300)])
        let running = Task { try await monitor.run() }
        defer { running.cancel() }
        await monitor.change(to: [pool(of: [target(2)], ttl: 300)]) { _ in }
        try await Task.sleep(for: .milliseconds(50))
        let before = Timestamp.now
        await monitor.change(to: [pool(of: [target(1), target(2)], ttl: nil)]) { _ in }
        // It came back into the file, but into no answer: what counts is when it left.
        let clocks = monitor.status()[0].status.targets.map(\.drainClock)
        #expect(clocks.map { $0?.isAnswered } == [false, false])
        let first = try #require(clocks[0]?.safeAt)
        let second = try #require(clocks[1]?.safeAt)
        #expect(first < second)
        #expect(second >= before + .seconds(302) + .milliseconds(-2))
    }
}
