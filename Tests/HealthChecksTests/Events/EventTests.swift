// What is kept of what has happened.

import Checks
import DNSCore
import Foundation
import Testing

@testable import HealthChecks

@Suite struct EventJournalTests {
    private func journal(_ count: Int, capacity: Int = 10) -> EventJournal {
        let journal = EventJournal(capacity: capacity)
        for number in 0..<count { journal.append([HealthEvent(.transition, at: "", reason: "\(number + 1)")]) }
        return journal
    }

    @Test func pages() {
        let journal = journal(7)
        let first = journal.page(after: 0, limit: 3)
        #expect(first.events.map(\.sequence) == [1, 2, 3])
        #expect(first.events.map(\.reason) == ["1", "2", "3"])
        #expect((first.next, first.oldest, first.newest) == (3, 1, 7))
        let rest = journal.page(after: first.next, limit: 100)
        #expect(rest.events.map(\.sequence) == [4, 5, 6, 7])
        let none = journal.page(after: rest.next, limit: 100)
        #expect(none.events.isEmpty && none.next == 7)
        let empty = EventJournal().page(after: 0, limit: 5)
        #expect((empty.events.count, empty.next, empty.oldest, empty.newest) == (0, 0, 0, 0))
    }

    @Test func theOldestGoFirst() {
        let journal = journal(25)
        let page = journal.page(after: 3, limit: 4)
        #expect(page.events.map(\.sequence) == [16, 17, 18, 19])
        #expect(page.events.map(\.reason) == ["16", "17", "18", "19"])
        #expect(page.oldest == 16)
        #expect(journal.page(after: 19, limit: 100).events.map(\.sequence) == Array(20...25))
        // A number of an earlier run.
        #expect(journal.page(after: 1000, limit: 100).events.count == 10)
    }

    @Test func newsComeOnceHoweverMany() async {
        let journal = EventJournal()
        let news = journal.news()
        #expect(journal.listenerCount == 1)
        journal.append([HealthEvent(.transition, at: "", reason: "a")])
        journal.append([HealthEvent(.transition, at: "", reason: "b")])
        var count = 0
        for await _ in news {
            count += 1
            break
        }
        #expect(count == 1)
        #expect(journal.page(after: 0, limit: 9).events.count == 2)
    }

    @Test func whoStopsListeningIsForgotten() async {
        let journal = EventJournal()
        let task = Task { for await _ in journal.news() {} }
        while journal.listenerCount == 0 { await Task.yield() }
        task.cancel()
        await task.value
        #expect(journal.listenerCount == 0)
    }
}

@Suite struct BoardEventTests {
    private let start = Instant.now
    private let passed = Verdict(outcome: .passed, layers: [], latency: .zero)
    private let failed = Verdict(outcome: .failed(.http, "HTTP status 502"), layers: [], latency: .zero)

    private func board(_ targets: Int = 2, prober: ProberRules = ProberRules()) -> HealthBoard {
        let check = CheckDefinition(
            name: "web", kind: .http(HTTPOptions()), port: 80, schedule: Schedule(fall: 2, rise: 1))
        let pool = MonitoredPool(
            definition: PoolDefinition(
                name: "p", policy: .weighted,
                targets: (1...targets).map {
                    TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + UInt32($0))]), weight: 5)
                }), checks: [check])
        return HealthBoard(MonitorPlan([pool], prober: prober), at: start)
    }

    private func clock(_ second: Double) -> WallClock {
        WallClock(now: start + .seconds(second), date: Date(timeIntervalSince1970: second))
    }

    private func events(
        _ board: inout HealthBoard, _ second: Double, _ change: (inout HealthBoard) -> HealthBoard.Change
    )
        -> [HealthEvent]
    {
        let before = Dictionary(uniqueKeysWithValues: board.served.enumerated().map { ($0, $1) })
        let change = change(&board)
        return board.events(of: change, before: before, after: board.served, clock(second))
    }

    @Test func aTransitionWithItsEvidence() throws {
        var board = board()
        for unit in 0..<2 { _ = board.record(passed, of: unit, at: start) }
        _ = board.record(failed, of: 0, at: start + .seconds(40))
        let events = events(&board, 42) { $0.record(failed, of: 0, at: start + .seconds(42)) }
        let event = try #require(events.first)
        #expect(events.count == 1)
        #expect(event.time == "1970-01-01T00:00:42.000Z")
        #expect([event.pool, event.target, event.address] == ["p", "t1", "192.0.2.1"])
        #expect((event.from, event.to) == ("up", "down"))
        #expect(event.reason == "web, http: HTTP status 502")
        #expect(event.checks?.first?.error == "HTTP status 502")
        #expect(event.before?.members == ["192.0.2.1", "192.0.2.2"])
        #expect(event.before?.timeToLiveLimit == 15)
        #expect(event.after?.members == ["192.0.2.2"])
        #expect(event.after?.timeToLiveLimit == nil)
        let expected =
            "p t1 192.0.2.1: up -> down (web, http: HTTP status 502); "
            + "answers 192.0.2.1 (weight 5), 192.0.2.2 (weight 5) -> 192.0.2.2 (weight 5)"
        #expect(event.text == expected)
        let data = try JSONEncoder().encode(event)
        #expect(try JSONDecoder().decode(HealthEvent.self, from: data) == event)
    }

    @Test func overridesAreEventsOnce() {
        var board = board()
        for unit in 0..<2 { _ = board.record(passed, of: unit, at: start) }
        let order = OperatorOrder(.drain, reason: "upgrade", by: "anna")
        let drained = events(&board, 1) { perform(order, on: &$0, 1) }
        #expect(
            drained.map(\.text) == [
                "p t2: none -> drained (upgrade, by anna); "
                    + "answers 192.0.2.1 (weight 5), 192.0.2.2 (weight 5) -> 192.0.2.1 (weight 5)"
            ])
        #expect(events(&board, 2) { perform(order, on: &$0, 2) }.isEmpty)
    }

    private func perform(_ order: OperatorOrder, on board: inout HealthBoard, _ second: Double) -> HealthBoard.Change {
        do {
            return try board.perform(order, on: TargetKey(pool: "p", target: "t2"), clock(second))
        } catch {
            Issue.record(error)
            return HealthBoard.Change()
        }
    }

    @Test func beingCutOffIsSaid() {
        var board = board(prober: ProberRules(references: [.init(address: .v4(0xC000_02FE), port: 443)]))
        #expect(board.plan.units.count == 3)
        for unit in 0..<3 { _ = board.record(passed, of: unit, at: start) }
        let silence = Verdict(outcome: .failed(.tcp, "no answer"), layers: [], latency: .zero, sign: .silence)
        for unit in [0, 0, 1, 1] { _ = board.record(silence, of: unit, at: start + .seconds(10)) }
        // The reference is there, so it is the targets.
        #expect(board.table[0].map { $0[0].state } == [.down, .down])
        #expect(board.proberStatus(clock(10)).state == .connected)
        _ = board.record(silence, of: 2, at: start + .seconds(11))
        let cutOff = events(&board, 12) { $0.record(silence, of: 2, at: start + .seconds(12)) }
        #expect(cutOff.map(\.kind) == [.cutOff, .transition, .transition])
        #expect(cutOff[0].reason.hasPrefix("this node is probably cut off: nothing that it probes has answered since"))
        #expect(board.table[0].map { $0[0].state } == [.up, .up])
        let status = board.proberStatus(clock(13))
        #expect(status.state == .cutOff)
        #expect(status.heldUntil == "1970-01-01T00:10:12.000Z")
        #expect(status.references.map(\.address) == ["192.0.2.254"])
        #expect(board.status(clock(13))[0].targets[0].addresses[0].isFrozen)
        // It ends with the first answer, or with time.
        var other = board
        let back = events(&board, 20) { $0.record(passed, of: 1, at: start + .seconds(20)) }
        #expect(back.map(\.kind) == [.reachable])
        #expect(!board.pools[0].isFrozen)
        #expect(other.deadline.map { $0 <= start + .seconds(612) } == true)
        let over = events(&other, 612) { $0.pass(to: start + .seconds(612)) }
        #expect(over.map(\.kind) == [.cutOffHoldOver, .transition, .transition])
        #expect(other.proberStatus(clock(613)).state == .cutOffHoldOver)
    }

    @Test func aSharedDependencyIsSaid() {
        var board = board()
        for unit in 0..<2 { _ = board.record(passed, of: unit, at: start) }
        _ = board.record(failed, of: 0, at: start + .seconds(10))
        let found = events(&board, 12) { $0.record(failed, of: 1, at: start + .seconds(12)) }
        #expect(found.map(\.kind) == [.commonMode])
        #expect(found[0].reason.hasPrefix("shared dependency? all targets fail at http"))
        let status = board.status(clock(13))[0]
        #expect(status.commonMode?.layer == .http)
        #expect(status.targets[0].addresses[0].reason == "held, shared dependency? (web, http: HTTP status 502)")
        let over = events(&board, 20) { $0.record(passed, of: 1, at: start + .seconds(20)) }
        #expect(over.map(\.kind) == [.commonModeOver])
        #expect(board.status(clock(21))[0].commonMode == nil)
    }
}
