// The monitor at work: instances that die and come back, and the board's arithmetic without any.

import Checks
import DNSCore
import Foundation
import NIOCore
import StandIn
import Synchronization
import Testing

@testable import HealthChecks

/// Collects what is published, and waits for what is expected.
final class Publications: Sendable {
    private let all = Mutex<[[[[MemberCondition]]]]>([])

    func add(_ table: [[[MemberCondition]]]) { all.withLock { $0.append(table) } }

    var tables: [[[[MemberCondition]]]] { all.withLock { $0 } }

    /// Waits, at most 20 s, until the first member of the last table is in `state`.
    func wait(for state: HealthState) async throws {
        for _ in 0..<4000 {
            if tables.last?[0][0][0].state == state { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("never \(state)")
    }
}

@Suite struct HealthMonitorTests {
    private func pool(_ checks: [CheckDefinition], _ addresses: [IPAddress] = [loopback], name: String = "pool")
        -> MonitoredPool
    {
        let target = TargetDefinition(name: "a", endpoint: .addresses(addresses), weight: 3)
        return MonitoredPool(
            definition: PoolDefinition(name: name, policy: .weighted, targets: [target]), checks: checks)
    }

    private func check(_ kind: CheckDefinition.Kind, _ port: UInt16, fall: Int = 2, rise: Int = 2) -> CheckDefinition {
        CheckDefinition(
            name: kind.name, kind: kind, port: port,
            schedule: Schedule(
                interval: .milliseconds(40), recheckInterval: .milliseconds(10), fall: fall, rise: rise),
            timeouts: Timeouts(tcp: .seconds(5), tls: .seconds(5), http: .seconds(5), dicom: .seconds(5)))
    }

    private func withMonitor(_ pools: [MonitoredPool], _ body: (HealthMonitor, Publications) async throws -> Void)
        async throws
    {
        let publications = Publications()
        let monitor = HealthMonitor(pools: pools, group: testGroup, logger: quiet) {
            publications.add($0.map(\.conditions))
        }
        let running = Task { try await monitor.run() }
        do {
            try await body(monitor, publications)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    /// Waits, at most 20 s, until something holds.
    private func wait(until holds: () -> Bool) async throws {
        for _ in 0..<4000 where !holds() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(holds())
    }

    @Test func diesAndComesBack() async throws {
        // An address of its own, so that no other test gets these ports in between.
        let address = IPAddress.v4(0x7F00_004D)
        let ports = try await withStandIn(at: address) { $0 }
        let checks = [
            check(.dicom(DICOMOptions(), nil), ports.dicom),
            check(.https(HTTPOptions(path: "/system"), TLSOptions()), ports.https),
        ]
        try await withMonitor([pool(checks, [address])]) { monitor, publications in
            try await publications.wait(for: .down)
            try await wait {
                monitor.status()[0].status.targets[0].addresses[0].checks.allSatisfy { $0.consecutiveFailures > 1 }
            }
            try await withStandIn(at: address, dicomPort: ports.dicom, httpsPort: ports.https) { _ in
                try await publications.wait(for: .up)
                #expect(
                    monitor.status()[0].status.targets[0].addresses[0].checks.map(\.outcome) == ["passed", "passed"])
            }
            try await publications.wait(for: .down)
            let status = monitor.status()[0].status.targets[0].addresses[0]
            #expect(status.state == .down)
            let tables = publications.tables
            #expect(zip(tables, tables.dropFirst()).allSatisfy { $0 != $1 })
            // It went down by way of a failure that was only counted.
            #expect(tables.contains { $0[0][0][0].state == .up && $0[0][0][0].isChanging })
        }
    }

    @Test func firstRound() async throws {
        try await withStandIn { ports in
            let pools = [pool([check(.tcp, ports.dicom)]), pool([], name: "static")]
            try await withMonitor(pools) { monitor, publications in
                #expect(await monitor.firstRoundDone(within: .seconds(20)))
                #expect(monitor.served().map { $0.conditions[0][0].state } == [.up, .up])
                #expect(publications.tables.count == 1)
            }
        }
    }

    @Test func statusAsJSON() async throws {
        try await withMonitor([pool([check(.tcp, 1)], [nowhere])]) { monitor, _ in
            await monitor.firstRoundDone(within: .seconds(20))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let text = String(decoding: try encoder.encode(monitor.status().map(\.status)), as: UTF8.self)
            #expect(text.contains("\"error\":\"connection refused\""))
            #expect(text.contains("\"layer\":\"tcp\""))
            #expect(text.contains("\"latency_ms\":"))
            #expect(text.contains("\"consecutive_failures\":"))
            #expect(text.contains("\"policy\":\"weighted\""))
        }
    }

    @Test func theSameCheckOfTheSameAddressRunsOnce() {
        let tcp = check(.tcp, 1)
        let plan = MonitorPlan([pool([tcp]), pool([tcp, check(.tcp, 2)], name: "other")])
        #expect(plan.units.count == 2)
        #expect(plan.members.map(\.units) == [[0], [0, 1]])
        #expect(plan.membersOfUnit.map { $0.map(\.member) } == [[0, 1], [1]])
        #expect(plan.membersOfUnit.map { $0.map(\.check) } == [[0, 0], [1]])
    }

    @Test func theBoardIsPerAddress() {
        let other = IPAddress.v4(0x7F00_0002)
        let plan = MonitorPlan([pool([check(.tcp, 1, fall: 1)], [loopback, other])])
        let start = Instant.now
        var board = HealthBoard(plan, at: start)
        let passed = Verdict(outcome: .passed, layers: [], latency: .zero)
        let failed = Verdict(outcome: .failed(.tcp, "connection refused"), layers: [], latency: .zero)
        #expect(board.pendingUnits == 2)
        var change = board.record(passed, of: 0, at: start + .seconds(1))
        #expect(change.pools == [0])
        change = board.record(failed, of: 1, at: start + .seconds(2))
        #expect(change.pools == [0])
        change = board.record(passed, of: 0, at: start + .seconds(3))
        #expect(change.pools == [])
        #expect(board.pendingUnits == 0)
        #expect(board.table[0][0].map(\.state) == [.up, .down])
        // Four seconds later on both clocks.
        let clock = WallClock(now: start + .seconds(4), date: Date(timeIntervalSince1970: 4))
        let status = board.status(clock)[0].targets[0]
        #expect(status.state == .down)
        #expect(status.since == "1970-01-01T00:00:02.000Z")
        #expect(status.addresses.map(\.since) == ["1970-01-01T00:00:01.000Z", "1970-01-01T00:00:02.000Z"])
        #expect(status.addresses.map(\.reason) == ["all checks pass", "tcp, tcp: connection refused"])
        #expect(status.addresses[0].checks[0].consecutivePasses == 2)
    }
}
