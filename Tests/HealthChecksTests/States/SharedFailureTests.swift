// Failures that are not the targets': of what they share, and of this node's own connection.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct SharedFailureTests {
    @Test func aSharedDependencyTakesNobodyOut() {
        var world = PoolScenario(targets: 3, checks: 2)
        world.settle()
        // One is down before the others have been looked at.
        world.fail(0, at: .http, times: 3)
        #expect(world.states == [.down, .up, .up])
        world.wait(5)
        world.fail(1, at: .http)
        #expect(world.pool.commonCause == nil)
        world.wait(3)
        world.fail(2, at: .http)
        #expect(world.pool.commonCause?.layer == .http)
        #expect(world.states == [.up, .up, .up])
        #expect(world.transitions.last?.cause == .commonCause(.http))
        for _ in 0..<10 {
            world.wait(2)
            for member in 0..<3 { world.fail(member, at: .http) }
        }
        #expect(world.states == [.up, .up, .up])
        #expect(world.answers == [0, 1, 2])
        #expect(world.served.answers.timeToLiveLimit == 10)
        // One of them recovers: it was not shared by all, or is no more.
        world.pass(1)
        #expect(world.pool.commonCause == nil)
        world.fail(0, at: .http, times: 3)
        #expect(world.states == [.down, .up, .up])
    }

    @Test func theHoldIsBounded() {
        var rules = HealthRules()
        rules.commonModeHold = .seconds(60)
        var world = PoolScenario(targets: 2, rules)
        world.settle()
        for member in 0..<2 { world.fail(member, at: .dicom) }
        world.wait(59)
        for member in 0..<2 { world.fail(member, at: .dicom, times: 3) }
        #expect(world.states == [.up, .up])
        world.wait(1)
        #expect(world.pool.commonCause?.isOver == true)
        for member in 0..<2 { world.fail(member, at: .dicom, times: 3) }
        #expect(world.states == [.down, .down])
        #expect(world.served.mode == .failOpen)
        // It does not begin anew as long as it lasts.
        world.wait(600)
        for member in 0..<2 { world.fail(member, at: .dicom) }
        #expect(world.states == [.down, .down])
        world.pass(0)
        #expect(world.pool.commonCause == nil)
    }

    @Test func noSharedDependencyWhere() {
        // ... the layers below fail too,
        var world = PoolScenario(targets: 2, checks: 2)
        world.settle()
        world.fail(0, check: 0, at: .http)
        world.fail(1, check: 0, at: .http)
        #expect(world.pool.commonCause != nil)
        world.fail(1, check: 1, at: .tcp)
        #expect(world.pool.commonCause == nil)
        // ... one has failed for long,
        world = PoolScenario(targets: 2)
        world.settle()
        world.fail(0, at: .http, times: 3)
        world.wait(31)
        world.fail(1, at: .http, times: 3)
        #expect(world.states == [.down, .down])
        // ... it never worked,
        world = PoolScenario(targets: 2)
        for member in 0..<2 { world.fail(member, at: .http) }
        #expect(world.states == [.down, .down])
        // ... there is one target only,
        world = PoolScenario(targets: 1, addresses: 2)
        world.settle()
        for member in 0..<2 { world.fail(member, at: .http, times: 3) }
        #expect(world.states == [.down, .down])
        // ... the layers differ, or nobody wants it.
        world = PoolScenario(targets: 2)
        world.settle()
        world.fail(0, at: .http, times: 3)
        world.fail(1, at: .dicom, times: 3)
        #expect(world.states == [.down, .down])
        var rules = HealthRules()
        rules.commonModeHold = nil
        world = PoolScenario(targets: 2, rules)
        world.settle()
        for member in 0..<2 { world.fail(member, at: .http, times: 3) }
        #expect(world.states == [.down, .down])
    }

    @Test func freezing() {
        var rules = HealthRules()
        rules.failback = .manual
        rules.slowStart = .seconds(60)
        var world = PoolScenario(targets: 2, rules)
        world.settle()
        world.wait(1)
        let since = world.now
        world.fail(0, at: .tcp, sign: .silence, times: 3)
        #expect(world.states == [.down, .up])
        world.wait(4)
        world.handle(.freeze(since: since))
        // As if it had not happened: it need not be restored, and keeps its weight.
        #expect(world.states == [.up, .up])
        #expect(world.transitions.last?.cause == .cutOff)
        #expect(world.served.answers.weights == [100, 100])
        #expect(world.served.answers.timeToLiveLimit == 10)
        for member in 0..<2 { world.fail(member, at: .tcp, sign: .silence, times: 9) }
        #expect(world.states == [.up, .up])
        world.handle(.thaw)
        world.fail(1, at: .tcp, sign: .silence, times: 2)
        #expect(world.states == [.up, .up])
        world.fail(1, at: .tcp, sign: .silence)
        #expect(world.states == [.up, .down])
    }
}

@Suite struct ProberStateTests {
    private let start = Instant.now
    private let silence = Verdict(outcome: .failed(.tcp, "no answer"), layers: [], latency: .zero, sign: .silence)
    private let refusal = Verdict(outcome: .failed(.tcp, "connection refused"), layers: [], latency: .zero)
    private let passed = Verdict(outcome: .passed, layers: [], latency: .zero)

    private func prober(_ count: Int, hold: Duration? = .seconds(600)) -> ProberState {
        ProberState(
            hold: hold, window: .seconds(30), subjects: Array(repeating: ProberState.Subject(), count: count))
    }

    private func record(
        _ prober: inout ProberState, _ verdict: Verdict, _ subjects: [Int], at second: Double, times: Int = 1
    ) -> [ProberState.Change] {
        subjects.flatMap { subject in
            (0..<times).compactMap { _ in prober.record(verdict, subject: subject, at: start + .seconds(second)) }
        }
    }

    @Test func everythingFallsSilent() {
        var prober = prober(3)
        #expect(record(&prober, passed, [0, 1, 2], at: 0) == [])
        #expect(record(&prober, silence, [0, 1], at: 10, times: 3) == [])
        #expect(record(&prober, silence, [2], at: 15) == [])
        #expect(record(&prober, silence, [2], at: 17) == [.cutOff(since: start + .seconds(10))])
        #expect(prober.cutOff?.until == start + .seconds(617))
        #expect(record(&prober, silence, [0, 1, 2], at: 20) == [])
        #expect(record(&prober, passed, [1], at: 30) == [.reachable])
        #expect(prober.cutOff == nil)
    }

    /// Somebody refused: the way there is open.
    @Test func aRefusalIsAnAnswer() {
        var prober = prober(2)
        _ = record(&prober, passed, [0, 1], at: 0)
        #expect(record(&prober, refusal, [0, 1], at: 10, times: 5) == [])
        #expect(record(&prober, silence, [0], at: 20, times: 5) == [])
    }

    @Test func whoWasSilentBeforeIsNoWitness() {
        var prober = prober(2)
        _ = record(&prober, passed, [1], at: 0)
        _ = record(&prober, silence, [0], at: 0, times: 3)
        #expect(record(&prober, silence, [1], at: 31, times: 3) == [])
        // With a reference that falls silent too, there are two.
        prober = self.prober(3)
        _ = record(&prober, passed, [1, 2], at: 0)
        _ = record(&prober, silence, [0], at: 0, times: 3)
        _ = record(&prober, silence, [1], at: 31, times: 3)
        #expect(record(&prober, silence, [2], at: 33, times: 2) == [.cutOff(since: start + .seconds(31))])
    }

    @Test func theHoldIsBounded() {
        var prober = prober(2, hold: .seconds(60))
        #expect(record(&prober, silence, [0, 1], at: 0, times: 2) == [.cutOff(since: start)])
        #expect(prober.deadline == start + .seconds(60))
        var change = prober.pass(to: start + .seconds(59))
        #expect(change == nil)
        change = prober.pass(to: start + .seconds(60))
        #expect(change == .holdOver)
        change = prober.pass(to: start + .seconds(61))
        #expect(change == nil)
        #expect(prober.deadline == nil)
        // Still cut off, and it is not held again.
        #expect(record(&prober, silence, [0, 1], at: 62, times: 2) == [])
        #expect(record(&prober, passed, [0], at: 90) == [])
        #expect(prober.cutOff == nil)
    }

    @Test func itCanBeOff() {
        var prober = prober(2, hold: nil)
        #expect(record(&prober, silence, [0, 1], at: 0, times: 5) == [])
    }

    @Test func oneTargetAloneProvesNothing() {
        var prober = prober(1)
        _ = record(&prober, passed, [0], at: 0)
        #expect(record(&prober, silence, [0], at: 10, times: 5) == [])
    }
}
