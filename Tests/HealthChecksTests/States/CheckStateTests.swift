// Thresholds, delays and the worst-of rule, with a clock and a generator of the test's own.

import Checks
import DNSCore
import Foundation
import Testing

@testable import HealthChecks

@Suite struct CheckStateTests {
    private let schedule = Schedule(interval: .seconds(10), recheckInterval: .seconds(2), fall: 3, rise: 2)
    private let failure = Verdict.Outcome.failed(.tcp, "connection refused")

    private func states(_ outcomes: [Verdict.Outcome]) -> [HealthState] {
        var state = CheckState()
        return outcomes.map {
            state.record($0, schedule: schedule)
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
        #expect(states([.passed, busy, .passed]) == [.up, .degraded, .up])
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
            state.record(outcome, schedule: schedule)
            #expect(state.isChanging == expected)
        }
    }

    @Test func delays() {
        var generator = SeededGenerator(seed: 1)
        var state = CheckState()
        state.record(.passed, schedule: schedule)
        state.record(.passed, schedule: schedule)
        for _ in 0..<1000 {
            let delay = state.nextDelay(schedule, using: &generator)
            #expect(delay >= .seconds(9) && delay <= .seconds(11))
        }
        state.record(failure, schedule: schedule)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule)
        #expect(state.nextDelay(schedule, using: &generator) >= .seconds(9))
    }

    @Test func delaysAfterAFirstFailure() {
        var generator = SeededGenerator(seed: 1)
        var state = CheckState()
        state.record(failure, schedule: schedule)
        #expect(state.state == .down)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule)
        #expect(state.nextDelay(schedule, using: &generator) == .seconds(2))
        state.record(failure, schedule: schedule)
        #expect(state.nextDelay(schedule, using: &generator) >= .seconds(9))
    }

    @Test func worst() {
        #expect(HealthState.worst([.up, .degraded]) == .degraded)
        #expect(HealthState.worst([.up, .unknown, .degraded]) == .unknown)
        #expect(HealthState.worst([.unknown, .down, .up]) == .down)
        #expect(HealthState.worst([]) == .up)
    }

    @Test func memberTellsChangesOnly() {
        var check = CheckState()
        var member = MemberState(hasChecks: true, since: Date(timeIntervalSince1970: 0))
        #expect(member.health == MemberCondition(.unknown, isChanging: false))
        check.record(.passed, schedule: schedule)
        #expect(member.update(from: [check], at: Date(timeIntervalSince1970: 1))?.state == .unknown)
        check.record(.passed, schedule: schedule)
        #expect(member.update(from: [check], at: Date(timeIntervalSince1970: 2)) == nil)
        check.record(failure, schedule: schedule)
        #expect(member.update(from: [check], at: Date(timeIntervalSince1970: 3)) != nil)
        #expect(member.health == MemberCondition(.up, isChanging: true))
        #expect(member.since == Date(timeIntervalSince1970: 1))
        #expect(MemberState(hasChecks: false, since: Date()).health.state == .up)
    }
}
