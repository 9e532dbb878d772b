// Other pools without a restart: what is known stays known, what is new is probed before it counts.

import Checks
import DNSCore
import Foundation
import NIOCore
import StandIn
import Synchronization
import Testing

@testable import HealthChecks

@Suite struct PoolChangeTests {
    private let passed = Verdict(outcome: .passed, layers: [], latency: .zero)
    private let failed = Verdict(outcome: .failed(.tcp, "connection refused"), layers: [], latency: .zero)

    private func check(_ port: UInt16, name: String = "tcp", interval: Duration = .seconds(3600)) -> CheckDefinition {
        CheckDefinition(
            name: name, kind: .tcp, port: port,
            schedule: Schedule(interval: interval, recheckInterval: .milliseconds(10), fall: 2, rise: 2))
    }

    private func pool(
        _ name: String, _ checks: [CheckDefinition], _ addresses: [IPAddress] = [loopback], weight: UInt32 = 1
    ) -> MonitoredPool {
        let target = TargetDefinition(name: "a", endpoint: .addresses(addresses), weight: weight)
        return MonitoredPool(
            definition: PoolDefinition(name: name, policy: .weighted, targets: [target]), checks: checks)
    }

    private let start = Instant.now

    private func time(_ seconds: Double) -> Instant { start + .seconds(seconds) }

    @Test func theNextBoardKnowsWhatThisOneKnows() {
        let other = IPAddress.v4(0x7F00_0002)
        var board = HealthBoard(MonitorPlan([pool("p", [check(1)], [loopback, other])]), at: time(0))
        for second in 1...3 { _ = board.record(passed, of: 0, at: time(Double(second))) }
        for second in 1...3 { _ = board.record(failed, of: 1, at: time(Double(second))) }
        // Another order, another weight, a pool and a check more.
        let plan = MonitorPlan([
            pool("new", [check(2)]), pool("p", [check(1), check(3, name: "more")], [loopback, other], weight: 7),
        ])
        let next = HealthBoard(plan, adopting: board, at: time(9))
        #expect(next.pendingUnits == 3)
        #expect(next.table[1][0].map(\.state) == [.unknown, .down])
        #expect(next.table[0][0].map(\.state) == [.unknown])
        #expect(next[ProbeUnit(check: check(1), subject: .address(loopback))]?.state.consecutivePasses == 3)
        // What has not changed is as old as it was.
        #expect(next.pools[1].members[1].since == time(1))
        #expect(next.pools[1].members[0].since == time(9))
    }

    @Test func whatOperatorsHaveOrderedStays() throws {
        var board = HealthBoard(MonitorPlan([pool("p", [check(1)])]), at: time(0))
        let order = OperatorOrder(.drain, isForced: true)
        _ = try board.perform(order, on: TargetKey(pool: "p", target: "a"), WallClock(now: time(1)))
        var next = HealthBoard(
            MonitorPlan([pool("q", [check(1)]), pool("p", [check(2)])]), adopting: board, at: time(2))
        #expect(next.table.map { $0[0][0].override } == [nil, .drained])
        // Also while its pool is away.
        next = HealthBoard(MonitorPlan([pool("q", [check(1)])]), adopting: next, at: time(3))
        #expect(next.table.map { $0[0][0].override } == [nil])
        next = HealthBoard(MonitorPlan([pool("p", [check(2)])]), adopting: next, at: time(4))
        #expect(next.table.map { $0[0][0].override } == [.drained])
    }

    /// A reload in the middle of it must not take all targets out.
    @Test func aSharedFailureStaysOne() {
        let web = CheckDefinition(
            name: "web", kind: .http(HTTPOptions()), port: 80,
            schedule: Schedule(interval: .seconds(10), recheckInterval: .seconds(2), fall: 2, rise: 1))
        let targets = (1...3).map {
            TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + $0)]))
        }
        var definition = PoolDefinition(name: "p", policy: .roundRobin, targets: targets)
        var board = HealthBoard(MonitorPlan([MonitoredPool(definition: definition, checks: [web])]), at: time(0))
        let broken = Verdict(outcome: .failed(.http, "status 500"), layers: [], latency: .zero)
        for unit in 0..<3 { _ = board.record(passed, of: unit, at: time(1)) }
        // Who is drained is no witness against it.
        _ = try? board.perform(OperatorOrder(.drain), on: TargetKey(pool: "p", target: "t3"), WallClock(now: time(2)))
        for unit in 0..<2 { _ = board.record(broken, of: unit, at: time(5)) }
        #expect(board.pools[0].commonCause?.layer == .http)
        definition.policy = .weighted
        var next = HealthBoard(
            MonitorPlan([MonitoredPool(definition: definition, checks: [web])]), adopting: board, at: time(6))
        #expect(next.pools[0].commonCause == board.pools[0].commonCause)
        for second in 7..<10 { for unit in 0..<2 { _ = next.record(broken, of: unit, at: time(Double(second))) } }
        #expect(next.table[0].map { $0[0].state } == [.up, .up, .up])
        #expect(next.table[0][0][0].isUncertain)
    }

    @Test func aCheckThatIsRenamedOrTimedAnewKeepsItsState() {
        var board = HealthBoard(MonitorPlan([pool("p", [check(1)])]), at: time(0))
        for second in 1...3 { _ = board.record(passed, of: 0, at: time(Double(second))) }
        let renamed = check(1, name: "other", interval: .seconds(5))
        let next = HealthBoard(MonitorPlan([pool("p", [renamed])]), adopting: board, at: time(9))
        #expect(next.pendingUnits == 0)
        #expect(next.table[0][0][0].state == .up)
        // Another port is another question.
        let moved = HealthBoard(MonitorPlan([pool("p", [check(2)])]), adopting: board, at: time(9))
        #expect(moved.pendingUnits == 1)
        #expect(moved.table[0][0][0].state == .unknown)
    }

    /// The interval is an hour: a second probe of the same would show in the counts.
    @Test func aRunningMonitorChangesOver() async throws {
        try await withStandIn { ports in
            let published = Mutex<[[String]]>([])
            let monitor = HealthMonitor(pools: [pool("old", [check(ports.dicom)])], group: testGroup, logger: quiet) {
                pools in
                published.withLock { $0.append(pools.map(\.definition.name)) }
            }
            let running = Task { try await monitor.run() }
            #expect(await monitor.firstRoundDone(within: .seconds(20)))
            let new = [pool("new", [check(ports.https)]), pool("old", [check(ports.dicom)], weight: 9)]
            let atChange = Mutex<[[[MemberCondition]]]>([])
            let isComplete = await monitor.change(to: new, within: .seconds(20)) { pools in
                #expect(pools.map(\.definition.name) == ["new", "old"])
                atChange.withLock { $0 = pools.map(\.conditions) }
            }
            #expect(isComplete)
            #expect(atChange.withLock { $0.map { $0[0][0].state } } == [.up, .up])
            let status = monitor.status().map(\.status)
            #expect(status.map(\.name) == ["new", "old"])
            #expect(status.map { $0.targets[0].addresses[0].checks[0].consecutivePasses } == [1, 1])
            #expect(status[1].targets[0].weight == 9)
            // Nothing of the new pools was published by the way that health changes take, before there was an image
            // for them.
            #expect(published.withLock { $0 } == [["old"]])
            // Gone, and back: it is probed anew.
            await monitor.change(to: [new[0]], within: .seconds(20)) { _ in }
            #expect(await monitor.change(to: new, within: .seconds(20)) { _ in })
            #expect(monitor.status()[1].status.targets[0].addresses[0].checks[0].consecutivePasses == 1)
            running.cancel()
            try await running.value
        }
    }

    @Test func aChangeWaitsNoLongerThanItMay() async throws {
        // Nothing runs, so nothing new gets a verdict.
        let monitor = HealthMonitor(pools: [], group: testGroup, logger: quiet) { _ in }
        let isComplete = await monitor.change(to: [pool("p", [check(1)])], within: .milliseconds(20)) { pools in
            #expect(pools.count == 1)
            #expect(pools[0].conditions[0][0].state == .unknown)
        }
        #expect(!isComplete)
    }
}
