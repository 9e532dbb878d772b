// Thresholds, delays and the worst-of rule, with a clock and a generator of the test's own.

import Checks
import DNSCore
import Foundation
import Testing

@testable import HealthChecks

@Suite struct CheckStateTests {
    private let schedule = Schedule(interval: .seconds(10), recheckInterval: .seconds(2), fall: 3, rise: 2)
    private let failure = Verdict.Outcome.failed(.tcp, "connection refused")

    private let start = Instant.now

    /// The state after each outcome; one comes a second.
    private func states(_ outcomes: [Verdict.Outcome]) -> [HealthState] {
        states(outcomes.enumerated().map { (Double($0), $1, nil) })
    }

    private func states(_ verdicts: [(second: Double, outcome: Verdict.Outcome, sign: Verdict.Sign?)]) -> [HealthState]
    {
        var state = CheckState()
        return verdicts.map {
            state.record($0.outcome, $0.sign, schedule: schedule, at: start + .seconds($0.second))
            return state.state
        }
    }

    @Test func theFirstVerdictDecides() {
        #expect(CheckState().state == .unknown)
        #expect(states([.passed]) == [.up])
        #expect(states([.degraded(.dicom, "busy")]) == [.degraded])
        #expect(states([failure]) == [.down])
    }

    @Test func theLastVerdictDecidesUntilTheStateIsSettled() {
        #expect(states([failure, .passed]) == [.down, .up])
        #expect(states([failure, failure, .passed, failure]) == [.down, .down, .up, .down])
        #expect(states([.passed, failure, .passed]) == [.up, .down, .up])
        // Settled as down by three failures, as up by two passes.
        #expect(states([failure, failure, failure, .passed, .passed]) == [.down, .down, .down, .down, .up])
        #expect(states([failure, .passed, .passed, failure]) == [.down, .up, .up, .up])
    }

    @Test func fallsAndRises() {
        let start: [Verdict.Outcome] = [.passed, .passed]
        #expect(
            states(start + [failure, failure, failure, .passed, .passed]).dropFirst(2) == [
                .up, .up, .down, .down, .up,
            ])
        #expect(
            states(start + [failure, failure, .passed, failure, failure]).dropFirst(2) == [.up, .up, .up, .up, .up])
        #expect(
            states([failure, failure, failure, .passed, failure, .passed, .passed]).dropFirst(3) == [
                .down, .down, .down, .up,
            ])
    }

    @Test func degradedIsAPassAndNeedsNoThreshold() {
        let busy = Verdict.Outcome.degraded(.dicom, "busy")
        #expect(states([.passed, busy, .passed, .passed]) == [.up, .degraded, .degraded, .up])
        #expect(states([.passed, busy, .passed, busy, .passed]).last == .degraded)
        // Before there is a state to be held, the last verdict decides.
        #expect(states([busy, .passed]) == [.degraded, .up])
        #expect(states([failure, failure, failure, busy, busy]) == [.down, .down, .down, .down, .degraded])
        #expect(states([failure, busy]) == [.down, .degraded])
    }

    @Test func isChanging() {
        var state = CheckState()
        #expect(!state.isChanging)
        let steps: [(Verdict.Outcome, Bool)] = [
            (.passed, false), (.passed, false), (failure, true), (failure, true), (failure, false), (.passed, true),
            (.passed, false),
        ]
        for (outcome, expected) in steps {
            state.record(outcome, schedule: schedule, at: start)
            #expect(state.isChanging == expected)
        }
    }

    @Test func delays() {
        var generator = SeededGenerator(seed: 1)
        var state = CheckState()
        state.record(.passed, schedule: schedule, at: start)
        state.record(.passed, schedule: schedule, at: start)
        for _ in 0..<1000 {
            let delay = state.nextDelay(schedule, using: &generator)
            #expect(delay >= .seconds(9) && delay <= .seconds(11))
        }
        state.record(failure, schedule: schedule, at: start)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule, at: start)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule, at: start)
        #expect(state.nextDelay(schedule, using: &generator) >= .seconds(9))
    }

    @Test func delaysAfterAFirstFailure() {
        var generator = SeededGenerator(seed: 1)
        var state = CheckState()
        state.record(failure, schedule: schedule, at: start)
        #expect(state.state == .down)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule, at: start)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule, at: start)
        #expect(state.nextDelay(schedule, using: &generator) >= .seconds(9))
    }

    @Test func worst() {
        #expect(HealthState.worst([.up, .degraded]) == .degraded)
        #expect(HealthState.worst([.up, .unknown, .degraded]) == .unknown)
        #expect(HealthState.worst([.unknown, .down, .up]) == .down)
        #expect(HealthState.worst([]) == .up)
    }

    /// A stalled acceptor and busy workers are not dead: Orthanc is through with either in half a minute or a whole one.
    @Test func whatMayBeBusyIsDegradedFirst() {
        let stalled: [(Double, Verdict.Outcome, Verdict.Sign?)] = [0, 5, 10, 20, 34, 35].map { ($0, failure, .stalled) }
        let up: [(Double, Verdict.Outcome, Verdict.Sign?)] = [(-30, .passed, nil), (-20, .passed, nil)]
        #expect(states(up + stalled).dropFirst(2) == [.degraded, .degraded, .degraded, .degraded, .degraded, .down])
        let unanswered: [(Double, Verdict.Outcome, Verdict.Sign?)] = [0, 15, 30, 59, 60].map {
            ($0, failure, .unanswered)
        }
        #expect(states(up + unanswered).dropFirst(2) == [.degraded, .degraded, .degraded, .degraded, .down])
        // Silence, or a refusal after it, is as good a failure as any.
        #expect(states(up + [(0, failure, .silence), (2, failure, .silence), (4, failure, .silence)]).last == .down)
        #expect(states(up + stalled.prefix(2) + [(12, failure, nil)]).last == .down)
        // Back after two passes, and no way back from down by being busy.
        #expect(states(up + stalled.prefix(3) + [(12, .passed, nil), (22, .passed, nil)]).last == .up)
        #expect(
            states([(0, failure, nil), (1, failure, nil), (2, failure, nil), (3, failure, .stalled)]).last == .down)
    }

    @Test func forgetsFailures() {
        var state = CheckState()
        for second in [0, 1] { state.record(.passed, schedule: schedule, at: start + .seconds(second)) }
        for second in [10, 12, 14] { state.record(failure, schedule: schedule, at: start + .seconds(second)) }
        #expect(state.state == .down)
        var other = state
        let hasForgotten = other.forgetFailures(since: start + .seconds(11))
        #expect(!hasForgotten)
        #expect(other == state)
        _ = state.forgetFailures(since: start + .seconds(10))
        #expect(state.state == .up)
        #expect(state.consecutiveFailures == 0)
        // What does not count is remembered all the same.
        state.record(failure, schedule: schedule, at: start + .seconds(16), counts: false)
        #expect(state.state == .up)
        #expect(state.failing?.since == start + .seconds(10))
        for second in [18, 20, 22] { state.record(failure, schedule: schedule, at: start + .seconds(second)) }
        #expect(state.state == .down)
    }
}
