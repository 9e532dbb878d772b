// A change in a pool changes what it answers with, and all that it is nested in; and only these are made anew.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct NestedPoolsTests {
    private static let check = CheckDefinition(
        name: "port", kind: .tcp, port: 443, schedule: Schedule(interval: .seconds(10), fall: 1, rise: 1))

    private func leaf(_ name: String, _ number: UInt32) -> MonitoredPool {
        let targets = (0..<2).map { index in
            TargetDefinition(name: "t\(index)", endpoint: .addresses([.v4(0x0A00_0000 + number * 2 + index)]))
        }
        return MonitoredPool(
            definition: PoolDefinition(name: name, policy: .roundRobin, targets: targets), checks: [Self.check])
    }

    private func pool(of names: String...) -> MonitoredPool {
        let targets = names.map {
            TargetDefinition(name: $0, endpoint: .pool(NestedPool(name: $0, hasHosts: false)))
        }
        return MonitoredPool(
            definition: PoolDefinition(name: names.joined(separator: "+"), policy: .failover, targets: targets),
            checks: [])
    }

    /// Two circles of relatives, and a pool that is on its own.
    private var pools: [MonitoredPool] {
        [
            leaf("a", 0), leaf("b", 1), pool(of: "a", "b"), leaf("c", 2), pool(of: "a+b", "c"), leaf("alone", 3),
            leaf("d", 4), pool(of: "d"),
        ]
    }

    @Test func relativesAreWhatAnAnswerHangsOn() {
        let relatives = MonitorPlan(pools).relatives
        #expect(relatives[0] == [0, 1, 2, 3, 4])
        #expect(relatives[3] == [0, 1, 2, 3, 4])
        #expect(relatives[5] == [5])
        #expect(relatives[6] == [6, 7])
        #expect(relatives[7] == [6, 7])
    }

    @Test func circlesEnd() {
        let circle = [pool(of: "q"), pool(of: "p")].map(\.definition)
        var named = circle
        named[0].name = "p"
        named[1].name = "q"
        #expect(NestedPools(named).relatives == [[0, 1], [0, 1]])
    }

    @Test func whatIsMadeAnewIsWhatAllOfItWouldBe() {
        var board = HealthBoard(MonitorPlan(pools), at: .now)
        var served = board.served
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let unit = Int.random(in: board.plan.units.indices, using: &generator)
            let outcome = Bool.random(using: &generator) ? Verdict.Outcome.passed : .failed(.tcp, "no answer")
            let verdict = Verdict(outcome: outcome, layers: [], latency: .zero)
            let before = served
            let change = board.record(verdict, of: unit, at: .now)
            board.serve(change.pools, in: &served)
            #expect(served.map(\.answers) == board.served.map(\.answers))
            #expect(served.map(\.conditions) == board.served.map(\.conditions))
            let touched = Set(change.pools.flatMap { board.plan.relatives[$0] })
            for pool in served.indices { #expect((served[pool] !== before[pool]) == touched.contains(pool)) }
        }
    }
}
