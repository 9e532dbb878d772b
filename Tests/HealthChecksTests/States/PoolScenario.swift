// A pool's state machine under a clock of the test's own.

import Checks
import DNSCore

@testable import HealthChecks

/// Targets with one address each, checked by HTTP and, if asked for, by C-ECHO as well.
struct PoolScenario {
    private(set) var pool: PoolState
    let definition: PoolDefinition
    let start: Instant
    private(set) var now: Instant
    /// What has changed, and when.
    private(set) var log: [(time: Instant, transition: PoolState.Transition)] = []
    var transitions: [PoolState.Transition] { log.map(\.transition) }

    static let schedule = Schedule(interval: .seconds(10), recheckInterval: .seconds(2), fall: 3, rise: 2)

    init(
        targets count: Int = 2, checks: Int = 1, addresses: Int = 1, _ rules: HealthRules = HealthRules(),
        _ service: ServiceRules = ServiceRules()
    ) {
        let start = Instant.now
        self.start = start
        now = start
        definition = PoolDefinition(
            name: "p", policy: .weighted,
            targets: (0..<count).map { target in
                let own = (0..<addresses).map { IPAddress.v4(0xC000_0200 + UInt32(target * 10 + $0)) }
                return TargetDefinition(name: "t\(target)", endpoint: .addresses(own), weight: 100)
            }, service: service)
        let layout = PoolState.Layout(
            rules: rules, required: max(1, service.minimumHealthy.required(of: count)),
            targets: (0..<count).flatMap { Array(repeating: $0, count: addresses) },
            places: (0..<count).flatMap { _ in 0..<addresses },
            checks: Array(
                repeating: Array(repeating: MemberCheck(schedule: Self.schedule), count: checks),
                count: count * addresses),
            targetCount: count, incidentWindow: .seconds(30))
        pool = PoolState(
            layout, members: (0..<count * addresses).map { _ in MemberState(checks: checks, at: start) },
            orders: Array(repeating: StandingOrder(), count: count), at: start)
    }

    /// Seconds since the start.
    var second: Double { (now - start) / .seconds(1) }

    /// Lets time pass, and what is due be done when it is due.
    mutating func wait(_ seconds: Double) {
        let end = now + .seconds(seconds)
        while let deadline = pool.deadline, deadline <= end {
            now = max(now, deadline)
            handle(.time)
        }
        now = end
    }

    mutating func handle(_ event: PoolEvent) {
        for transition in pool.handle(event, at: now).transitions { log.append((now, transition)) }
    }

    /// Sets something over what probes say of a target, or takes it away.
    mutating func set(_ override: Override?, weight: UInt32? = nil, target: Int) {
        handle(.order(StandingOrder(override: override, weight: weight), target: target))
    }

    var overrides: [Override?] { pool.orders.map(\.override) }

    mutating func pass(_ member: Int, check: Int = 0, times: Int = 1) {
        for _ in 0..<times {
            handle(.verdict(Verdict(outcome: .passed, layers: [], latency: .zero), member: member, check: check))
        }
    }

    mutating func degrade(_ member: Int, check: Int = 0) {
        let verdict = Verdict(outcome: .degraded(.http, "slow"), layers: [], latency: .zero)
        handle(.verdict(verdict, member: member, check: check))
    }

    mutating func fail(
        _ member: Int, check: Int = 0, at layer: Layer = .tcp, sign: Verdict.Sign? = nil, times: Int = 1
    ) {
        for _ in 0..<times {
            let verdict = Verdict(outcome: .failed(layer, "no"), layers: [], latency: .zero, sign: sign)
            handle(.verdict(verdict, member: member, check: check))
        }
    }

    /// Every member passes until it is settled as up.
    mutating func settle() {
        for member in pool.members.indices {
            for check in pool.members[member].checks.indices { pass(member, check: check, times: 2) }
        }
        log = []
    }

    var states: [HealthState] { pool.members.map(\.state) }

    var served: ServedPool { ServedPool(definition, pool.conditions) }

    /// The targets that are answered with, by their number.
    var answers: [Int] {
        let decision = ServiceDecision(definition, pool.conditions)
        return decision.isInService.indices.filter { decision.isInService[$0].contains(true) }
    }
}
