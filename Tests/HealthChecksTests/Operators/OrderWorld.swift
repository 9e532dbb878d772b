// A board under a clock of the test's own, with an operator at it.

import Checks
import DNSCore
import Foundation
import Testing

@testable import HealthChecks

/// One pool `p` of targets `t1`, `t2`, … with one address and one check each; other pools if a test has any.
struct OrderWorld {
    private(set) var board: HealthBoard
    private(set) var clock: WallClock
    private let start: Instant
    /// What the journal has of it, without times.
    private(set) var events: [HealthEvent] = []
    private(set) var saved: [TargetOrders] = []

    static let check = CheckDefinition(
        name: "tcp", kind: .tcp, port: 1,
        schedule: Schedule(interval: .seconds(10), recheckInterval: .seconds(2), fall: 1, rise: 1))

    /// The calendar begins here.
    static let epoch = Timestamp(milliseconds: 1_800_000_000_000)

    init(
        targets count: Int = 2, policy: PoolPolicy = .weighted, service: ServiceRules = ServiceRules(),
        weight: UInt32 = 100, more: [PoolDefinition] = []
    ) {
        let targets = (1...count).map {
            TargetDefinition(
                name: "t\($0)", endpoint: .addresses([.v4(0xC000_0200 + UInt32($0))]), weight: weight)
        }
        let pool = PoolDefinition(name: "p", policy: policy, targets: targets, service: service)
        start = .now
        clock = WallClock(now: start, time: Self.epoch)
        board = HealthBoard(
            MonitorPlan(([pool] + more).map { MonitoredPool(definition: $0, checks: [Self.check]) }), at: start)
        for unit in board.plan.units.indices { probe(unit, passes: true) }
        events = []
    }

    /// A time of the calendar, in seconds after its beginning.
    static func time(_ second: Double) -> Timestamp { epoch + .milliseconds(Int64((second * 1000).rounded())) }

    mutating func probe(_ unit: Int, passes: Bool) {
        let outcome: Verdict.Outcome = passes ? .passed : .failed(.tcp, "connection refused")
        let before = board.served
        note(board.record(Verdict(outcome: outcome, layers: [], latency: .zero), of: unit, at: clock.now), before)
    }

    @discardableResult
    mutating func order(
        _ action: OperatorOrder.Action, _ target: String = "t1", pool: String = "p", reason: String? = nil,
        by: String? = nil, isForced: Bool = false
    ) throws(OperatorError) -> Bool {
        let before = board.served
        let order = OperatorOrder(action, reason: reason, by: by, isForced: isForced)
        let change = try board.perform(order, on: TargetKey(pool: pool, target: target), clock)
        note(change, before)
        return change.isEvent
    }

    /// The rule that refuses an order; nil if nothing does, and then it is followed.
    mutating func refusal(
        _ action: OperatorOrder.Action, _ target: String = "t1", pool: String = "p"
    ) -> OrderObstacle.Rule? {
        do {
            try order(action, target, pool: pool)
            return nil
        } catch .refused(let obstacle) {
            return obstacle.rule
        } catch {
            Issue.record(error)
            return nil
        }
    }

    /// Lets time pass, and what is due be done when it is due.
    mutating func wait(_ seconds: Double) {
        let end = clock.now + .milliseconds(Int64((seconds * 1000).rounded()))
        while let deadline = board.deadline, deadline <= end {
            move(to: max(clock.now, deadline))
            let before = board.served
            note(board.pass(to: clock), before)
        }
        move(to: end)
    }

    private mutating func move(to now: Instant) { clock = WallClock(now: now, time: clock.time + (now - clock.now)) }

    /// Somebody sets the clock on the wall.
    mutating func setCalendar(_ seconds: Double) {
        clock = WallClock(now: clock.now, time: clock.time + .milliseconds(Int64((seconds * 1000).rounded())))
    }

    private mutating func note(_ change: HealthBoard.Change, _ before: [ServedPool]) {
        saved += change.saved
        let former = Dictionary(uniqueKeysWithValues: before.enumerated().map { ($0.offset, $0.element) })
        events += board.events(of: change, before: former, after: board.served, clock)
    }

    var second: Double { (clock.now - start) / .seconds(1) }

    /// The names of the targets that answers of `p` contain.
    var answered: [String] { names(of: 0) }

    func names(of pool: Int) -> [String] {
        ServedPool.exposure(of: pool, in: board.served).targets.map(\.target).sorted()
    }

    var weights: [UInt32] { board.served[0].answers.weights ?? [] }

    func orders(_ target: String = "t1") -> TargetOrders { board.orders[TargetKey(pool: "p", target: target)] }
}
