// What is remembered of pools, and the answers that are planned from it.

import Checks
import DNSCore
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import HealthChecks

@Suite struct HistoryTests {
    private func moment(_ pool: String, _ time: Double, members: Int = 1) -> PoolMoment {
        PoolMoment(
            time: time, run: 0, pool: pool, configuration: "",
            members: (0..<members).map { index in
                PoolMoment.Member(
                    target: "t\(index)", address: "192.0.2.\(index)", state: .up, since: time, reason: "", faults: [],
                    isChanging: false, isUncertain: false, wasInService: true, share: 10)
            })
    }

    @Test func theLastBeforeATime() {
        let history = MomentHistory(run: 0)
        history.append([moment("p", 10), moment("q", 11), moment("p", 20)])
        #expect(history.moment(of: "p", at: 9.9) == nil)
        #expect(history.moment(of: "p", at: 10)?.time == 10)
        #expect(history.moment(of: "p", at: 19.9)?.time == 10)
        #expect(history.moment(of: "p", at: 100)?.time == 20)
        #expect(history.moment(of: "q", at: 100)?.time == 11)
        #expect(history.moment(of: "r", at: 100) == nil)
        #expect(history.start(of: "p") == 10)
    }

    /// A pool that flaps drives out its own past and not what is known of others.
    @Test func memoryIsBounded() {
        let history = MomentHistory(run: 0, capacity: 20)
        history.append([moment("quiet", 0, members: 2)])
        for time in 1...10_000 { history.append([moment("busy", Double(time), members: 2)]) }
        #expect(history.moment(of: "quiet", at: 5000)?.time == 0)
        #expect(history.moment(of: "busy", at: 10_000)?.time == 10_000)
        #expect(history.moment(of: "busy", at: 9_995)?.time == 9_995)
        #expect(history.moment(of: "busy", at: 9_000) == nil)
        #expect((9_985...9_992).contains(history.start(of: "busy") ?? 0))
    }

    @Test func whatIsOlderIsInTheArchive() {
        final class Archive: MomentArchive {
            let rows = Mutex<[PoolMoment]>([])
            func append(_ moments: [PoolMoment]) { rows.withLock { $0 += moments } }
            func last(of pool: String, at time: Double) -> PoolMoment? {
                rows.withLock { $0.last { $0.pool == pool && $0.time <= time } }
            }
        }
        let history = MomentHistory(run: 0, capacity: 2)
        let archive = Archive()
        history.attach(archive)
        for time in 1...10 { history.append([moment("p", Double(time))]) }
        #expect(archive.rows.withLock(\.count) == 10)
        #expect(history.moment(of: "p", at: 3)?.time == 3)
        #expect(history.moment(of: "p", at: 10)?.time == 10)
    }

    /// A row brings back the conditions, whatever they are.
    @Test func momentsComeBackAsTheyWere() throws {
        let pool = MonitoredPool(
            definition: PoolDefinition(
                name: "p", policy: .weighted,
                targets: (1...3).map {
                    TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + UInt32($0))]))
                }), checks: [])
        let monitor = HealthMonitor(pools: [pool], group: testGroup, logger: quiet) { _ in }
        let start = try #require(monitor.history.moment(of: "p", at: .infinity))
        #expect(start.members.map(\.state) == [.up, .up, .up])
        #expect(start.configuration == pool.definition.fingerprint)
        try monitor.set(.drained, pool: "p", target: "t1")
        try monitor.set(.weight(7), pool: "p", target: "t2")
        try monitor.set(.forcedDown, pool: "p", target: "t3")
        let last = try #require(monitor.history.moment(of: "p", at: .infinity))
        let row = try JSONDecoder().decode(PoolMoment.self, from: try JSONEncoder().encode(last))
        #expect(row == last)
        #expect(row.conditions(for: pool.definition) == monitor.served()[0].conditions)
        #expect(monitor.history.moment(of: "p", at: last.time.nextDown)?.members[2].order == nil)
        #expect(monitor.moments().map { $0.members.map(\.order) } == [last.members.map(\.order)])
    }

    @Test func membersThatWereNotThereAreUnknown() {
        let definition = PoolDefinition(
            name: "p", policy: .weighted,
            targets: [
                TargetDefinition(name: "t0", endpoint: .addresses([.v4(0xC000_0200), .v4(0xC000_0209)])),
                TargetDefinition(name: "t9", endpoint: .addresses([.v4(0xC000_0200)])),
            ])
        let states = moment("p", 1, members: 3).conditions(for: definition).map { $0.map(\.state) }
        #expect(states == [[.up, .unknown], [.unknown]])
    }

    @Test func definitionsAreToldApart() {
        var definition = PoolDefinition(name: "p", policy: .weighted, targets: [])
        let first = definition.fingerprint
        #expect(first == definition.fingerprint)
        #expect(first.count == 16)
        definition.service.minimumHealthy = .count(2)
        #expect(definition.fingerprint != first)
    }

    @Test func timesAsPeopleWriteThem() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 3600))
        let now = try Date("2026-11-21T12:00:00Z", strategy: .iso8601)
        let read = { (text: String) in
            PastTime.read(text, now: now, calendar: calendar)?.formatted(
                Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        #expect(read("-20min") == "2026-11-21T11:40:00.000Z")
        #expect(read("-90s") == "2026-11-21T11:58:30.000Z")
        #expect(read("-2h") == "2026-11-21T10:00:00.000Z")
        #expect(read("-1d") == "2026-11-20T12:00:00.000Z")
        #expect(read("-500ms") == "2026-11-21T11:59:59.500Z")
        #expect(read("03:12") == "2026-11-21T02:12:00.000Z")
        #expect(read("13:00") == "2026-11-21T12:00:00.000Z")
        #expect(read("13:00:01") == "2026-11-20T12:00:01.000Z")
        #expect(read("2026-11-21T03:12:00Z") == "2026-11-21T03:12:00.000Z")
        #expect(read("2026-11-21T03:12:00.250Z") == "2026-11-21T03:12:00.250Z")
        #expect(read("2026-11-21T03:12:00+02:00") == "2026-11-21T01:12:00.000Z")
        for text in ["", "-", "-5", "-x min", "24:00", "3:12", "03:60", "2026-11-21T12:00:01Z", "soon", "20min"] {
            #expect(read(text) == nil, "\(text)")
        }
    }
}
