// A board that is saved and made anew, in another process at another time.

import Checks
import DNSCore
import Foundation
import Testing

@testable import HealthChecks

@Suite struct RestoringTests {
    private let start = Instant.now
    /// Of the first process.
    private let date = Date(timeIntervalSince1970: 1_800_000_000)
    private let passed = Verdict(outcome: .passed, layers: [], latency: .milliseconds(3))
    private let failed = Verdict(
        outcome: .failed(.http, "HTTP status 502"), layers: [LayerTiming(layer: .tcp, duration: .milliseconds(1))],
        latency: .milliseconds(7))

    private func pool(
        _ targets: [String] = ["a", "b"], path: String = "/", name: String = "p", check: String = "web",
        _ rules: HealthRules = HealthRules()
    ) -> MonitoredPool {
        let check = CheckDefinition(
            name: check, kind: .http(HTTPOptions(path: path)), port: 80, schedule: Schedule(fall: 2, rise: 2))
        return MonitoredPool(
            definition: PoolDefinition(
                name: name, policy: .weighted,
                targets: targets.enumerated().map {
                    TargetDefinition(name: $1, endpoint: .addresses([.v4(0xC000_0201 + UInt32($0))]), weight: 5)
                }), checks: [check], rules: rules)
    }

    private func clock(_ second: Double) -> WallClock {
        WallClock(now: start + .seconds(second), date: date + second)
    }

    /// Both up and settled, then the first down.
    private func board(_ pools: [MonitoredPool], prober: ProberRules = ProberRules()) -> HealthBoard {
        var board = HealthBoard(MonitorPlan(pools, prober: prober), at: start)
        for second in [0, 10] {
            for unit in board.plan.units.indices { _ = board.record(passed, of: unit, at: start + .seconds(second)) }
        }
        for second in [20, 22] { _ = board.record(failed, of: 0, at: start + .seconds(second)) }
        return board
    }

    /// What is written and read again.
    private func save(_ board: HealthBoard, at second: Double) throws -> SavedHealth {
        let unsaved = try #require(board.toSave(HealthBoard.Unsaved(), clock(second)))
        #expect(unsaved.isComplete)
        let members = try JSONDecoder().decode([SavedMember].self, from: JSONEncoder().encode(unsaved.members))
        let node = try JSONDecoder().decode(SavedNode.self, from: JSONEncoder().encode(unsaved.node))
        #expect(members == unsaved.members && node == unsaved.node)
        return SavedHealth(time: date + second, members: members, node: node)
    }

    /// The clock of another process, whose monotonic clock began at another time.
    private func otherClock(_ second: Double) -> WallClock {
        WallClock(now: start + .seconds(7_000 + second), date: date + second)
    }

    private func restore(
        _ saved: SavedHealth, _ pools: [MonitoredPool], at second: Double, _ orders: OrderBook = OrderBook()
    ) -> HealthBoard {
        HealthBoard(MonitorPlan(pools), restoring: saved, orders, otherClock(second))
    }

    private func states(_ board: HealthBoard) -> [HealthState] {
        board.table.flatMap { $0.flatMap { $0.map(\.state) } }
    }

    @Test func statesHoldFromTheStart() throws {
        let saved = try save(board([pool()]), at: 30)
        let board = restore(saved, [pool()], at: 60)
        #expect(states(board) == [.down, .up])
        #expect(board.pendingUnits == 0)
        #expect(board.served[0].answers.members == ["192.0.2.2"])
        let status = board.status(otherClock(60))[0].targets[0].addresses[0]
        #expect(status.since == "2027-01-15T08:00:22.000Z")
        #expect(status.reason == "web, http: HTTP status 502")
        #expect(status.checks[0].latencyMilliseconds == 7)
        #expect(status.checks[0].consecutiveFailures == 2)
        #expect(status.checks[0].time == "2027-01-15T08:00:22.000Z")
    }

    @Test func countsGoOn() throws {
        // Two of two would be a common cause, which is held.
        let three = pool(["a", "b", "c"])
        var first = board([three])
        _ = first.record(failed, of: 1, at: start + .seconds(25))
        #expect(states(first) == [.down, .up, .up])
        var board = restore(try save(first, at: 30), [three], at: 60)
        // One failure was before, and `fall` is 2.
        _ = board.record(failed, of: 1, at: otherClock(61).now)
        #expect(board.pools[0].members[1].checked == .down)
        // `rise` is 2.
        _ = board.record(passed, of: 0, at: otherClock(61).now)
        #expect(board.pools[0].members[0].checked == .down)
        _ = board.record(passed, of: 0, at: otherClock(62).now)
        #expect(board.pools[0].members[0].checked == .up)
    }

    @Test func whatFlapsStaysDown() throws {
        var first = board([pool()])
        for second in stride(from: 30.0, to: 100, by: 20) {
            for verdict in [passed, failed] {
                let offset = verdict == passed ? 0.0 : 10
                for step in [0.0, 1] {
                    _ = first.record(verdict, of: 0, at: start + .seconds(second + offset + step))
                }
            }
        }
        for second in [110, 111] { _ = first.record(passed, of: 0, at: start + .seconds(second)) }
        let hold = try #require(first.pools[0].members[0].hold(at: start + .seconds(112)))
        var board = restore(try save(first, at: 112), [pool()], at: 115)
        let moved = try #require(board.pools[0].members[0].hold(at: otherClock(115).now))
        guard case .flapping(let end, let changes) = hold, case .flapping(let movedEnd, changes) = moved else {
            Issue.record("\(hold), \(moved)")
            return
        }
        // To the millisecond, as times of day are kept.
        #expect(abs((movedEnd - otherClock(0).now) / .seconds(1) - (end - clock(0).now) / .seconds(1)) < 0.002)
        #expect(states(board) == [.down, .up])
        #expect(board.deadline.map { $0 <= movedEnd } == true)
        _ = board.pass(to: movedEnd)
        #expect(states(board) == [.up, .up])
    }

    @Test func aHoldThatEndedMeanwhileIsOver() throws {
        var rules = HealthRules()
        rules.failback = .delayed(.seconds(100))
        var first = board([pool(rules)])
        for second in [30, 31] { _ = first.record(passed, of: 0, at: start + .seconds(second)) }
        #expect(states(first) == [.down, .up])
        let saved = try save(first, at: 40)
        #expect(states(restore(saved, [pool(rules)], at: 50)) == [.down, .up])
        #expect(states(restore(saved, [pool(rules)], at: 140)) == [.up, .up])
    }

    private func pool(_ rules: HealthRules) -> MonitoredPool { pool(["a", "b"], rules) }

    @Test func aChangedCheckIsAnother() throws {
        let saved = try save(board([pool()]), at: 30)
        let other = restore(saved, [pool(path: "/other")], at: 40)
        #expect(states(other) == [.unknown, .unknown])
        #expect(other.pendingUnits == 2)
        // Its name is no part of what it asks.
        let renamed = restore(saved, [pool(check: "site")], at: 40)
        #expect(states(renamed) == [.down, .up])
        #expect(renamed.pendingUnits == 0)
    }

    @Test func othersAreProbedFirst() throws {
        let saved = try save(board([pool()]), at: 30)
        let board = restore(saved, [pool(["a", "b", "c"])], at: 40)
        #expect(states(board) == [.down, .up, .unknown])
        #expect(board.pendingUnits == 1)
        // The target of another pool asks the same of the same address: its check is known, its past is not.
        let others = restore(saved, [pool(["x"], name: "q")], at: 40)
        #expect(others.pendingUnits == 0)
        #expect(states(others) == [.down])
    }

    @Test func theNodeKnowsThatItWasCutOff() throws {
        let silence = Verdict(outcome: .failed(.tcp, "no answer"), layers: [], latency: .zero, sign: .silence)
        var first = HealthBoard(MonitorPlan([pool()]), at: start)
        for second in [0, 10] {
            for unit in 0..<2 { _ = first.record(passed, of: unit, at: start + .seconds(second)) }
        }
        for second in [20, 22] {
            for unit in 0..<2 { _ = first.record(silence, of: unit, at: start + .seconds(second)) }
        }
        #expect(first.proberStatus(clock(23)).state == .cutOff)
        let saved = try save(first, at: 30)
        var board = restore(saved, [pool()], at: 60)
        #expect(board.proberStatus(otherClock(60)).state == .cutOff)
        #expect(board.proberStatus(otherClock(60)).heldUntil == first.proberStatus(clock(30)).heldUntil)
        for second in [61.0, 62, 63] {
            for unit in 0..<2 { _ = board.record(silence, of: unit, at: otherClock(second).now) }
        }
        #expect(states(board) == [.up, .up])
        let change = board.record(passed, of: 1, at: otherClock(64).now)
        #expect(change.prober == .reachable)
        // Nobody is held for longer than was said.
        let late = restore(saved, [pool()], at: 700)
        #expect(late.proberStatus(otherClock(700)).state == .cutOffHoldOver)
    }

    @Test func ordersHoldFromTheStart() throws {
        var first = board([pool(["a", "b", "c", "d"])])
        let actions: [(String, OperatorOrder.Action)] = [
            ("b", .drain), ("a", .force(up: true)), ("c", .force(up: false)),
        ]
        for (target, action) in actions {
            _ = try first.perform(
                OperatorOrder(action, isForced: true), on: TargetKey(pool: "p", target: target), clock(25))
        }
        #expect(first.served[0].answers.members == ["192.0.2.1", "192.0.2.4"])
        let saved = try save(first, at: 30)
        let orders = try JSONDecoder().decode([TargetOrders].self, from: JSONEncoder().encode(first.orders.all))
        let board = restore(saved, [pool(["a", "b", "c", "d"])], at: 60, OrderBook(orders))
        #expect(board.served[0].answers.members == ["192.0.2.1", "192.0.2.4"])
        #expect(states(board) == [.down, .up, .up, .up])
        let words = board.status(otherClock(60))[0].targets.map { $0.override.map { "\($0)" } ?? "" }
        #expect(words == ["forced up", "drained", "forced down", ""])
    }

    @Test func whoIsHeldStaysSoIfAnotherIsForcedUp() throws {
        var rules = HealthRules()
        rules.failback = .manual
        let two = pool(["a", "b"], rules)
        var first = board([two])
        for second in [30, 31] { _ = first.record(passed, of: 0, at: start + .seconds(second)) }
        _ = try first.perform(
            OperatorOrder(.force(up: true), isForced: true), on: TargetKey(pool: "p", target: "b"), clock(35))
        for second in [40, 42] { _ = first.record(failed, of: 1, at: start + .seconds(second)) }
        #expect(states(first) == [.down, .down])
        let board = restore(try save(first, at: 50), [two], at: 60, first.orders)
        #expect(board.pools[0].members[0].hold(at: otherClock(60).now) == .awaitsRestore)
        #expect(board.served[0].answers.members == ["192.0.2.2"])
    }

    @Test func aClockThatWasSetBack() throws {
        let saved = try save(board([pool()]), at: 30)
        #expect(saved.problem(at: date - 60) == nil)
        // All times are as if nothing had passed since.
        let board = HealthBoard(
            MonitorPlan([pool()]), restoring: saved, OrderBook(),
            WallClock(now: start + .seconds(7_000), date: date - 60))
        #expect(states(board) == [.down, .up])
        #expect(board.pools[0].members[0].since <= start + .seconds(7_000))
        #expect(saved.problem(at: date - 3600)?.contains("in the future") == true)
    }

    @Test func whatIsOldIsNotUsed() throws {
        let saved = try save(board([pool()]), at: 30)
        #expect(saved.problem(at: date + 30 + 299) == nil)
        #expect(saved.problem(at: date + 30 + 301)?.hasPrefix("it is 301 s old") == true)
    }
}

@Suite struct UnsavedTests {
    private let start = Instant.now
    private let passed = Verdict(outcome: .passed, layers: [], latency: .zero)
    private let failed = Verdict(outcome: .failed(.http, "HTTP status 502"), layers: [], latency: .zero)

    private func board() -> HealthBoard {
        let check = CheckDefinition(
            name: "web", kind: .http(HTTPOptions()), port: 80, schedule: Schedule(fall: 2, rise: 2))
        let targets = (1...3).map {
            TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + UInt32($0))]), weight: 5)
        }
        let pool = MonitoredPool(
            definition: PoolDefinition(name: "p", policy: .weighted, targets: targets), checks: [check])
        var board = HealthBoard(MonitorPlan([pool]), at: start)
        for second in 0..<3 {
            for unit in 0..<3 { _ = board.record(passed, of: unit, at: start + .seconds(second)) }
        }
        return board
    }

    private func take(_ board: inout HealthBoard) -> [String]? {
        let unsaved = board.toSave(board.unsaved, WallClock(now: start + .seconds(100)))
        board.unsaved = HealthBoard.Unsaved(isAll: false, isNode: false)
        return unsaved.map { $0.members.map(\.target) }
    }

    @Test func onlyWhatMattersIsSaved() {
        var board = board()
        #expect(take(&board) == ["t1", "t2", "t3"])
        #expect(take(&board) == nil)
        // One more pass of what is up says nothing new.
        _ = board.record(passed, of: 0, at: start + .seconds(10))
        #expect(take(&board) == nil)
        _ = board.record(failed, of: 1, at: start + .seconds(11))
        #expect(take(&board) == ["t2"])
        _ = board.record(failed, of: 1, at: start + .seconds(12))
        #expect(take(&board) == ["t2"])
        // Nor one more failure of what is down.
        _ = board.record(failed, of: 1, at: start + .seconds(22))
        #expect(take(&board) == nil)
        _ = board.record(passed, of: 1, at: start + .seconds(32))
        #expect(take(&board) == ["t2"])
    }
}
