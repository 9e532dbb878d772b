// What keeps members out although their checks pass, and in although they do not.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct PoolStateTests {
    private func rules(_ change: (inout HealthRules) -> Void) -> HealthRules {
        var rules = HealthRules()
        change(&rules)
        return rules
    }

    /// Three changes within ten minutes keep it down for 2, then 5, then 10 minutes, and not more.
    @Test func flappingIsSlowedDown() {
        var world = PoolScenario()
        world.settle()
        world.fail(0, times: 3)
        world.wait(10)
        world.pass(0, times: 2)
        #expect(world.states[0] == .up)
        var downFor: [Double] = []
        for _ in 0..<5 {
            world.wait(10)
            world.fail(0, times: 3)
            let start = world.second
            world.wait(10)
            world.pass(0, times: 2)
            while world.states[0] == .down {
                world.wait(1)
                world.pass(0)
            }
            downFor.append(world.second - start)
        }
        // After the longest hold, what was before it is ten minutes ago.
        #expect(downFor == [120, 300, 600, 10, 600])
        #expect(world.transitions.last { $0.member == 0 }?.cause == .holdOver)
        // After half an hour of calm it starts over.
        world.wait(1801)
        world.fail(0, times: 3)
        world.pass(0, times: 2)
        #expect(world.states[0] == .up)
    }

    @Test func changesDuringAHoldMakeItNoLonger() {
        var world = PoolScenario()
        world.settle()
        for _ in 0..<2 {
            world.fail(0, times: 3)
            world.pass(0, times: 2)
        }
        #expect(world.states[0] == .down)
        for _ in 0..<5 {
            world.wait(20)
            world.fail(0, times: 3)
            world.pass(0, times: 2)
        }
        #expect(world.states[0] == .down)
        world.wait(20)
        #expect(world.states[0] == .up)
    }

    @Test func theLastTargetIsNotHeld() {
        var world = PoolScenario()
        world.settle()
        for _ in 0..<2 {
            world.fail(0, times: 3)
            world.pass(0, times: 2)
        }
        #expect(world.states == [.down, .up])
        world.fail(1, times: 3)
        #expect(world.states == [.up, .down])
        #expect(world.transitions.map(\.cause).contains(.lastTarget))
        #expect(world.answers == [0])
        // It flaps on, and is answered whenever it passes.
        for _ in 0..<5 {
            world.fail(0, times: 3)
            world.pass(0, times: 2)
            #expect(world.states[0] == .up)
        }
    }

    @Test func holdsStopAtTheMinimum() {
        var service = ServiceRules()
        service.minimumHealthy = .count(2)
        var world = PoolScenario(targets: 3, HealthRules(), service)
        world.settle()
        for _ in 0..<2 {
            world.fail(0, times: 3)
            world.pass(0, times: 2)
        }
        #expect(world.states == [.down, .up, .up])
        world.fail(1, times: 3)
        #expect(world.states == [.up, .down, .up])
    }

    @Test func dampingCanBeOff() {
        var world = PoolScenario(rules { $0.damping = nil })
        world.settle()
        for _ in 0..<20 {
            world.fail(0, times: 3)
            world.pass(0, times: 2)
            #expect(world.states[0] == .up)
        }
    }

    @Test func failbackIsDelayed() {
        var world = PoolScenario(rules { $0.failback = .delayed(.seconds(60)) })
        world.settle()
        world.fail(0, times: 3)
        world.pass(0, times: 2)
        #expect(world.states[0] == .down)
        #expect(world.pool.conditions[0][0].isChanging)
        world.wait(59)
        #expect(world.states[0] == .down)
        world.wait(1)
        #expect(world.states[0] == .up)
        #expect(world.transitions.last?.cause == .holdOver)
    }

    @Test func aDelayStartsOverWithTheNextFailure() {
        var world = PoolScenario(
            rules {
                $0.failback = .delayed(.seconds(60))
                $0.damping = nil
            })
        world.settle()
        world.fail(0, times: 3)
        world.pass(0, times: 2)
        world.wait(50)
        world.fail(0, times: 3)
        world.pass(0, times: 2)
        world.wait(50)
        #expect(world.states[0] == .down)
        world.wait(10)
        #expect(world.states[0] == .up)
    }

    @Test func failbackByHand() {
        var world = PoolScenario(rules { $0.failback = .manual })
        // What first verdicts say is no fall that anybody must restore it from.
        world.fail(0)
        world.pass(0, times: 2)
        #expect(world.states[0] == .up)
        world.settle()
        world.fail(0, times: 3)
        #expect(!world.pool.awaitsRestore(target: 0, at: world.now))
        world.pass(0, times: 2)
        world.wait(7200)
        world.pass(0)
        #expect(world.states[0] == .down)
        #expect(world.pool.members[0].hold(at: world.now) == .awaitsRestore)
        #expect(world.pool.awaitsRestore(target: 0, at: world.now))
        world.handle(.restore(target: 0))
        #expect(world.states[0] == .up)
        #expect(world.transitions.last?.cause == .restored)
        #expect(!world.pool.awaitsRestore(target: 0, at: world.now))
    }

    @Test func whoWaitsServesIfNobodyElseCan() {
        var world = PoolScenario(rules { $0.failback = .manual })
        world.settle()
        world.fail(0, times: 3)
        world.pass(0, times: 2)
        #expect(world.answers == [1])
        world.fail(1, times: 3)
        #expect(world.answers == [0])
        #expect(world.served.mode == .normal)
    }

    /// A tenth at once, and a tenth more with each ninth of the time.
    @Test func weightGrows() {
        var world = PoolScenario(rules { $0.slowStart = .seconds(90) })
        world.settle()
        #expect(world.served.answers.weights == [100, 100])
        world.fail(0, times: 3)
        world.pass(0, times: 2)
        for tenth in UInt32(1)...9 {
            #expect(world.served.answers.weights == [tenth * 100, 1000])
            #expect(world.served.answers.timeToLiveLimit == 15)
            world.wait(10)
        }
        #expect(world.served.answers.weights == [100, 100])
        #expect(!world.pool.conditions[0][0].isChanging)
    }

    @Test func whatIsTooOldCountsNoMore() {
        var world = PoolScenario()
        world.settle()
        world.fail(1, times: 3)
        world.wait(299)
        #expect(world.states == [.up, .down])
        world.wait(1)
        // Known to be down is better than nothing known.
        #expect(world.states == [.unknown, .down])
        #expect(world.transitions.last?.cause == .stale)
        #expect(world.pool.conditions.joined().map(\.isUncertain) == [true, true])
        #expect(world.served.answers.timeToLiveLimit == 10)
        #expect(world.answers == [0])
        world.pass(0)
        #expect(world.states == [.up, .down])
        #expect(world.served.answers.timeToLiveLimit == nil)
    }

    @Test func overrides() {
        var world = PoolScenario()
        world.settle()
        world.set(.drained, target: 0)
        #expect(world.answers == [1])
        world.set(.forcedDown, target: 0)
        #expect(world.answers == [1])
        world.fail(1, times: 3)
        // Fail open, but not to whom an operator has taken out.
        #expect(world.answers == [1])
        #expect(world.served.mode == .failOpen)
        world.set(.forcedUp, target: 1)
        #expect(world.served.mode == .normal)
        world.set(nil, target: 1)
        world.set(nil, weight: 7, target: 0)
        #expect(world.answers == [0])
        #expect(world.served.answers.weights == [7])
        world.set(.drained, target: 0)
        world.set(.drained, target: 1)
        #expect(world.answers == [0, 1])
    }

    @Test func anAdvisoryCheckDegradesOnly() {
        let checks = [
            MemberCheck(schedule: PoolScenario.schedule),
            MemberCheck(schedule: PoolScenario.schedule, isAdvisory: true),
        ]
        var member = MemberState(checks: 2, at: .now)
        let start = Instant.now
        let passed = Verdict(outcome: .passed, layers: [], latency: .zero)
        let failed = Verdict(outcome: .failed(.tls, "no"), layers: [], latency: .zero)
        for (check, verdict) in [(0, passed), (1, failed), (1, failed), (1, failed)] {
            member.record(verdict, check: check, checks, HealthRules(), at: start, counts: true)
        }
        let old = member.settle(checks, HealthRules(), at: start)
        #expect(old == .unknown)
        #expect(member.state == .degraded)
    }
}
