// What is remembered of pools, and the answers that are planned from it.

import Checks
import DNSCore
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import HealthChecks

@Suite struct HistoryTests {
    private func at(_ second: Double) -> Timestamp { Timestamp(milliseconds: Int64(second * 1000)) }

    private func moment(_ pool: String, _ time: Double, members: Int = 1) -> PoolMoment {
        PoolMoment(
            time: at(time), run: at(0), pool: pool, configuration: "",
            members: (0..<members).map { index in
                PoolMoment.Member(
                    target: "t\(index)", address: "192.0.2.\(index)", state: .up, since: at(time), reason: "",
                    faults: [],
                    isChanging: false, isUncertain: false, wasInService: true, share: 10, orders: [])
            })
    }

    @Test func theLastBeforeATime() {
        let history = MomentHistory(run: at(0))
        history.append([moment("p", 10), moment("q", 11), moment("p", 20)])
        #expect(history.moment(of: "p", at: at(9.9)) == nil)
        #expect(history.moment(of: "p", at: at(10))?.time == at(10))
        #expect(history.moment(of: "p", at: at(19.9))?.time == at(10))
        #expect(history.moment(of: "p", at: at(100))?.time == at(20))
        #expect(history.moment(of: "q", at: at(100))?.time == at(11))
        #expect(history.moment(of: "r", at: at(100)) == nil)
        #expect(history.start(of: "p") == at(10))
    }

    /// A pool that flaps drives out its own past and not what is known of others.
    @Test func memoryIsBounded() throws {
        let history = MomentHistory(run: at(0), capacity: 20)
        history.append([moment("quiet", 0, members: 2)])
        for time in 1...10_000 { history.append([moment("busy", Double(time), members: 2)]) }
        #expect(history.moment(of: "quiet", at: at(5000))?.time == at(0))
        #expect(history.moment(of: "busy", at: at(10_000))?.time == at(10_000))
        #expect(history.moment(of: "busy", at: at(9_995))?.time == at(9_995))
        #expect(history.moment(of: "busy", at: at(9_000)) == nil)
        #expect((at(9_985)...at(9_992)).contains(try #require(history.start(of: "busy"))))
    }

    @Test func whatIsOlderIsInTheArchive() {
        final class Archive: MomentArchive {
            let rows = Mutex<[PoolMoment]>([])
            func append(_ moments: [PoolMoment]) { rows.withLock { $0 += moments } }
            func last(of pool: String, at time: Timestamp) -> PoolMoment? {
                rows.withLock { $0.last { $0.pool == pool && $0.time <= time } }
            }
        }
        let history = MomentHistory(run: at(0), capacity: 2)
        let archive = Archive()
        history.attach(archive)
        for time in 1...10 { history.append([moment("p", Double(time))]) }
        #expect(archive.rows.withLock(\.count) == 10)
        #expect(history.moment(of: "p", at: at(3))?.time == at(3))
        #expect(history.moment(of: "p", at: at(10))?.time == at(10))
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
        let start = try #require(monitor.history.moment(of: "p", at: at(1e12)))
        #expect(start.members.map(\.state) == [.up, .up, .up])
        #expect(start.configuration == pool.definition.fingerprint)
        let perform = { (action: OperatorOrder.Action, target: String) in
            _ = try monitor.perform(
                OperatorOrder(action, reason: "upgrade", by: "anna"), on: TargetKey(pool: "p", target: target))
        }
        try perform(.drain, "t1")
        try perform(.weight(7), "t2")
        try perform(.force(up: false), "t3")
        let last = try #require(monitor.history.moment(of: "p", at: at(1e12)))
        let row = try JSONDecoder().decode(PoolMoment.self, from: try JSONEncoder().encode(last))
        #expect(row == last)
        #expect(row.conditions(for: pool.definition) == monitor.served()[0].conditions)
        #expect(last.members.map(\.override) == [.drained, nil, .forcedDown])
        #expect(last.members.map(\.weight) == [nil, 7, nil])
        #expect(last.members[0].orders == ["drained: upgrade (anna)"])
        #expect(monitor.moments().map { $0.members.map(\.orders) } == [last.members.map(\.orders)])
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

    @Test func timesAsPeopleWriteThem() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 3600))
        let now = try #require(Timestamp("2026-11-21T12:00:00Z"))
        let read = { (text: String) in PastTime.read(text, now: now, calendar: calendar).map { "\($0)" } }
        #expect(read("-20min") == "2026-11-21T11:40:00.000Z")
        #expect(read("-90s") == "2026-11-21T11:58:30.000Z")
        #expect(read("-2h") == "2026-11-21T10:00:00.000Z")
        #expect(read("-24h") == "2026-11-20T12:00:00.000Z")
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
