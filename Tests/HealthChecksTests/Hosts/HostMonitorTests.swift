// The monitor and hosts that move, with name servers that say what the test says.

import Checks
import DNSCore
import NIOCore
import Resolving
import StandIn
import Synchronization
import Testing

@testable import HealthChecks

/// What the name servers say at this moment; each lookup takes it, and the tests wait for none: TTLs are 5 s.
private final class TestNames: Sendable {
    private let all: Mutex<[DomainName: HostLookup]>

    init(_ names: [DomainName: HostLookup]) { all = Mutex(names) }

    subscript(name: DomainName) -> HostLookup {
        get { all.withLock { $0[name] } ?? HostLookup(v4: .failed("NXDOMAIN"), v6: .failed("NXDOMAIN"), source: "") }
        set { all.withLock { $0[name] = newValue } }
    }
}

@Suite struct HostMonitorTests {
    private let name = DomainName(trusted: [1, 0x61, 4] + Array("test".utf8) + [0])
    private let own = IPAddress.v4(0x7f00_005a)
    private let other = IPAddress.v4(0x7f00_005b)

    private func found(_ addresses: [IPAddress], _ timeToLive: UInt32 = 5) -> HostLookup {
        HostLookup(addresses, timeToLive: timeToLive, source: "10.0.0.2")
    }

    private func pool(_ port: UInt16, flattened: Bool = true, beside address: IPAddress? = nil) -> MonitoredPool {
        var targets = [TargetDefinition(name: "a", endpoint: .host(HostEndpoint(name, isFlattened: flattened)))]
        if let address { targets.append(TargetDefinition(name: "b", endpoint: .addresses([address]))) }
        let check = CheckDefinition(
            name: "tcp", kind: .tcp, port: port,
            schedule: Schedule(interval: .milliseconds(50), recheckInterval: .milliseconds(10), fall: 2, rise: 2))
        return MonitoredPool(
            definition: PoolDefinition(name: "p", policy: .roundRobin, targets: targets),
            checks: port == 0 ? [] : [check])
    }

    private func withMonitor(
        _ pools: [MonitoredPool], _ names: TestNames, _ rules: HostRules = HostRules(),
        _ body: (HealthMonitor) async throws -> Void
    ) async throws {
        let monitor = HealthMonitor(
            pools: pools, hosts: rules, lookUp: { name, _ in names[name] }, group: testGroup, logger: quiet
        ) { _ in }
        let running = Task { try await monitor.run() }
        // Tests that keep all cores busy can hold up its start for longer than anything here is waited for.
        for _ in 0..<20_000 where monitor.watches.withLock({ $0.phase == .notStarted }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        do {
            try await body(monitor)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    /// Waits, at most 20 s, until something holds; then it is not looked at again.
    private func wait(_ what: String = "", until holds: () -> Bool) async throws {
        for _ in 0..<4000 {
            if holds() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("not in time: \(what)")
    }

    private func members(_ monitor: HealthMonitor) -> [String] { monitor.served()[0].answers.members }

    private func events(_ monitor: HealthMonitor, _ kind: HealthEvent.Kind) -> [HealthEvent] {
        monitor.events.page(after: 0, limit: 100).events.filter { $0.kind == kind }
    }

    @Test func aHostIsProbedAtItsAddresses() async throws {
        try await withStandIn(at: own) { ports in
            let names = TestNames([name: found([own, other])])
            try await withMonitor([pool(ports.dicom)], names) { monitor in
                #expect(await monitor.firstRoundDone(within: .seconds(20)))
                let target = monitor.status()[0].status.targets[0]
                #expect(target.addresses.map(\.address) == ["127.0.0.90", "127.0.0.91"])
                #expect(target.host == "a.test" && target.resolution?.source == "10.0.0.2")
                // Nobody listens there.
                try await wait { monitor.status()[0].status.targets[0].addresses.map(\.state) == [.up, .down] }
                #expect(members(monitor) == ["127.0.0.90"])
                #expect(monitor.served()[0].answers.timeToLiveLimit.map { $0 <= 15 } == true)
            }
        }
    }

    @Test func aMoveIsFollowedAndReported() async throws {
        try await withStandIn(at: own) { ports in
            let names = TestNames([name: found([other])])
            try await withMonitor([pool(ports.dicom)], names) { monitor in
                #expect(await monitor.firstRoundDone(within: .seconds(20)))
                names[name] = found([own])
                // The answers change first, and then it is told.
                try await wait("it moves") {
                    members(monitor) == ["127.0.0.90"] && !events(monitor, .moved).isEmpty
                }
                let moves = events(monitor, .moved)
                #expect(moves.count == 1)
                let move = try #require(moves.first)
                #expect(move.from == "127.0.0.91" && move.to == "127.0.0.90")
                #expect(move.text.hasPrefix("p a moved: 127.0.0.91 -> 127.0.0.90 (host a.test, TTL 5, says 10.0.0.2)"))
                #expect(move.after?.members == ["127.0.0.90"])
                // What stays is not probed anew, and keeps its state when another address comes.
                let passes = monitor.status()[0].status.targets[0].addresses[0].checks[0].consecutivePasses
                names[name] = found([own, other])
                try await wait("another one comes") { monitor.status()[0].status.targets[0].addresses.count == 2 }
                let address = monitor.status()[0].status.targets[0].addresses[0]
                #expect(address.state == .up && address.checks[0].consecutivePasses >= passes)
                #expect(members(monitor) == ["127.0.0.90"])
            }
        }
    }

    /// Beside somebody who serves, nobody is answered with who has not been probed.
    @Test func whoIsNewIsProbedFirst() async throws {
        try await withStandIn(at: own) { ports in
            let names = TestNames([:])
            let published = Mutex<Set<[String]>>([])
            let monitor = HealthMonitor(
                pools: [pool(ports.dicom, beside: own)], hosts: HostRules(), lookUp: { name, _ in names[name] },
                group: testGroup, logger: quiet
            ) { pools in published.withLock { _ = $0.insert(pools[0].answers.members) } }
            let running = Task { try await monitor.run() }
            #expect(await monitor.firstRoundDone(within: .seconds(20)))
            // Long ago: answers are given by now.
            monitor.started.withLock { $0 -= .seconds(60) }
            published.withLock { $0 = [] }
            names[name] = found([other])
            try await wait("it is known") {
                monitor.status()[0].status.targets[0].addresses.first?.address == "127.0.0.91"
            }
            try await wait("it is down") { monitor.status()[0].status.targets[0].state == .down }
            #expect(published.withLock { $0 } == [["127.0.0.90"]])
            running.cancel()
            try await running.value
        }
    }

    @Test func aHostThatCannotBeResolvedIsDownAtThatLayer() async throws {
        let names = TestNames([:])
        try await withMonitor([pool(1, beside: own), pool(0)], names) { monitor in
            #expect(await monitor.firstRoundDone(within: .seconds(20)))
            for pool in 0...1 {
                let address = monitor.status()[pool].status.targets[0].addresses[0]
                #expect(address.address == "a.test" && address.state == .down)
                #expect(address.checks.map(\.layer) == [.resolve] && address.checks.map(\.type) == ["resolve"])
                #expect(address.reason == "resolve, resolve: a.test has no address: NXDOMAIN")
            }
            try await wait("it is told") { events(monitor, .unresolved).count == 2 }
            #expect(
                events(monitor, .unresolved).map(\.text) == [
                    "p a: a.test cannot be resolved: NXDOMAIN", "p a: a.test cannot be resolved: NXDOMAIN",
                ])
            // A pool without checks has no other way to know.
            #expect(monitor.served()[1].answers.members == [])
            names[name] = found([other])
            try await wait("it is resolved") { monitor.served()[1].answers.members == ["127.0.0.91"] }
            #expect(!events(monitor, .resolved).isEmpty)
        }
    }

    @Test func addressesAreKeptAndThenGivenUp() async throws {
        try await withStandIn(at: own) { ports in
            let names = TestNames([name: found([own])])
            try await withMonitor([pool(ports.dicom)], names, HostRules(keep: .seconds(3))) { monitor in
                #expect(await monitor.firstRoundDone(within: .seconds(20)))
                let text = "SERVFAIL from 10.0.0.2"
                names[name] = HostLookup(v4: .failed(text), v6: .failed(text), source: "")
                var failing = monitor.status()[0]
                try await wait("it fails") {
                    failing = monitor.status()[0]
                    return failing.status.targets[0].resolution?.error == text
                }
                // Still in service, and probed.
                let target = failing.status.targets[0]
                #expect(target.state == .up && target.resolution?.keptUntil != nil)
                #expect(failing.served.answers.members == ["127.0.0.90"])
                try await wait("it is given up") {
                    monitor.status()[0].status.targets[0].state == .down && events(monitor, .unresolved).count == 2
                }
                #expect(monitor.status()[0].status.targets[0].addresses.map(\.address) == ["a.test"])
                #expect(members(monitor) == [])
                let reasons = events(monitor, .unresolved).map(\.reason)
                #expect(reasons.count == 2 && reasons[0].contains("127.0.0.90 stays until"))
                #expect(reasons.last?.contains("127.0.0.90 is not kept any longer") == true)
            }
        }
    }

    /// A change of nothing but the TTL makes no other board.
    @Test func theTimeToLiveFollows() async throws {
        let names = TestNames([name: found([own], 9)])
        try await withMonitor([pool(0)], names) { monitor in
            try await wait { monitor.served()[0].answers.timeToLiveLimit == 9 }
            names[name] = found([own], 7)
            try await wait { monitor.served()[0].answers.timeToLiveLimit == 7 }
            #expect(monitor.events.page(after: 0, limit: 100).events == [])
        }
    }

    @Test func aReloadLooksUpWhatIsNewAndForgetsTheRest() async throws {
        let names = TestNames([name: found([own])])
        try await withMonitor([], names) { monitor in
            var isComplete = await monitor.change(to: [pool(0)], within: .seconds(20)) { pools in
                #expect(pools[0].answers.members == ["127.0.0.90"])
            }
            #expect(isComplete)
            // The zones know it: no lookup, and at once.
            names[name] = found([])
            let known = HostRules(known: [name: found([other])])
            isComplete = await monitor.change(to: [pool(0)], hosts: known, within: .seconds(20)) { pools in
                #expect(pools[0].answers.members == ["127.0.0.91"])
            }
            #expect(isComplete)
            await monitor.change(to: [], within: .seconds(20)) { _ in }
            #expect(monitor.boards.withLock { $0.hosts.isEmpty } && monitor.watches.withLock { $0.lookups.isEmpty })
        }
        // From the start.
        let monitor = HealthMonitor(
            pools: [pool(0)], hosts: HostRules(known: [name: found([other])]), group: testGroup, logger: quiet
        ) { _ in }
        #expect(monitor.served()[0].answers.members == ["127.0.0.91"])
    }
}
