// What a simulation says holds against what can be worked out by hand, and against the bound.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct SimulationTests {
    /// Two targets, `a` (192.0.2.1) and `b` (192.0.2.2), under one name.
    private func world(
        _ checks: [CheckDefinition], ttl: UInt32 = 30, _ fault: Fault, rules: HealthRules = HealthRules(),
        service: ServiceRules = ServiceRules(), targets: Int = 2, subjects: [String] = ["a"]
    ) throws -> FaultPlan {
        let names = ["a", "b", "c"]
        let definition = PoolDefinition(
            name: "p", policy: .roundRobin,
            targets: (0..<targets).map {
                TargetDefinition(name: names[$0], endpoint: .addresses([.v4(0xC000_0201 + UInt32($0))]))
            }, service: service)
        return try FaultPlan(
            [MonitoredPool(definition: definition, checks: checks, rules: rules)], prober: ProberRules(),
            names: [PoolName(name: try DomainName("pacs.example.org"), pool: 0, timeToLive: ttl)],
            subjects: subjects.map { FaultPlan.Subject($0) }, fault: fault)
    }

    private func http(_ schedule: Schedule = Schedule(), role: CheckDefinition.Role = .required) -> CheckDefinition {
        CheckDefinition(name: "web", kind: .http(HTTPOptions()), port: 80, role: role, schedule: schedule)
    }

    private func dicom(
        _ schedule: Schedule = Schedule(interval: .seconds(30), recheckInterval: .seconds(5))
    ) -> CheckDefinition {
        CheckDefinition(name: "echo", kind: .dicom(DICOMOptions(), nil), port: 11112, schedule: schedule)
    }

    private func bound(_ world: FaultPlan) throws -> RecoveryBound {
        guard case .bound(let bound) = world.recovery(of: world.names[0]) else {
            Issue.record("\(world.recovery(of: world.names[0]))")
            throw CancellationError()
        }
        return bound
    }

    // MARK: By hand

    @Test func addsUp() throws {
        // Refused: 11 + 2 x 2 + 15 is less than what was given before the first failure, 11 + 30.
        #expect(try bound(world([http()], Fault(.refused))).text == "41 s = 11 s interval of web + 30 s TTL")
        #expect(
            try bound(world([http()], ttl: 10, Fault(.refused))).text
                == "25 s = 11 s interval of web + 2 x 2 s recheck + 10 s TTL")
        #expect(
            try bound(world([http()], ttl: 15, Fault(.silent))).text
                == "32 s = 11 s interval of web + 2 s timeout + 2 x 2 s recheck + 15 s TTL")
        #expect(
            try bound(world([http()], ttl: 15, Fault(.hung))).text
                == "38 s = 11 s interval of web + 4 s timeout + 2 x 4 s recheck + 15 s TTL")
        // The check that takes it out first counts.
        #expect(try bound(world([dicom(), http()], ttl: 10, Fault(.dead))).check == "web")
        #expect(
            try bound(world([dicom(), http()], ttl: 10, Fault(.dicom))).text
                == "53 s = 33 s interval of echo + 2 x 5 s recheck + 10 s TTL")
    }

    /// A stalled acceptor degrades at once; it takes 35 s to be down.
    @Test func whatMayBeBusinessTakesLonger() throws {
        #expect(
            try bound(world([dicom()], ttl: 15, Fault(.hung))).text
                == "53 s = 33 s interval of echo + 5 s timeout + 15 s TTL")
        var equal = ServiceRules()
        equal.degraded = .equal
        #expect(
            try bound(world([dicom()], ttl: 15, Fault(.hung), service: equal)).text
                == "88 s = 33 s interval of echo + 5 s timeout + 7 x 5 s recheck + 15 s TTL")
    }

    @Test func saysWhyThereIsNoBound() throws {
        let tcp = CheckDefinition(name: "port", kind: .tcp, port: 443)
        let recovery = { (world: FaultPlan) in world.recovery(of: world.names[0]) }
        #expect(recovery(try world([tcp], Fault(.dead))) == .notSeen)
        #expect(recovery(try world([http(role: .advisory)], Fault(.dead))) != .notSeen)
        var two = ServiceRules()
        two.minimumHealthy = .count(2)
        #expect(recovery(try world([http()], Fault(.refused), service: two)) == .staysInAnswers(.failOpen))
        #expect(recovery(try world([http()], Fault(.refused), targets: 1)) == .staysInAnswers(.failOpen))
        guard case .held = recovery(try world([http()], Fault(.silent), subjects: ["a", "b"])),
            case .held = recovery(try world([http()], Fault(.dead), subjects: ["p"]))
        else {
            Issue.record("everything at once")
            return
        }
        #expect(throws: FaultPlan.NothingThere.self) { try world([http()], Fault(.refused), subjects: ["x"]) }
    }

    // MARK: Against the bound

    /// Checks, TTL and manner; the runs' slowest must come close to the bound, and never pass it.
    static let worlds: [(UInt32, Fault.Manner, Schedule)] = [
        (30, .refused, Schedule()), (10, .refused, Schedule()), (60, .silent, Schedule()), (15, .silent, Schedule()),
        (15, .hung, Schedule()),
        (5, .dead, Schedule(interval: .seconds(2), recheckInterval: .milliseconds(500), fall: 2)),
        (30, .http, Schedule(interval: .seconds(60), recheckInterval: .seconds(20), fall: 5)),
        (20, .refused, Schedule(fall: 1)),
        (1, .silent, Schedule(interval: .seconds(1), recheckInterval: .milliseconds(100))),
    ]

    @Test(arguments: Self.worlds) func comesCloseToTheBound(_ ttl: UInt32, _ manner: Fault.Manner, _ schedule: Schedule)
        throws
    {
        for checks in [[http(schedule)], [http(schedule), dicom()]] {
            try hold(world(checks, ttl: ttl, Fault(manner)))
        }
    }

    @Test func comesCloseToTheBoundWithDicomAlone() throws {
        var equal = ServiceRules()
        equal.degraded = .equal
        for manner in [Fault.Manner.refused, .silent, .dead, .hung, .dicom] {
            try hold(world([dicom()], ttl: 20, Fault(manner)))
            try hold(world([dicom()], ttl: 20, Fault(manner), service: equal))
        }
        try hold(world([http(role: .advisory)], ttl: 20, Fault(.hung)))
    }

    private func hold(_ world: FaultPlan, _ location: SourceLocation = #_sourceLocation) throws {
        let limit = try bound(world).total
        let simulation = Simulation(world, length: limit)
        let times = try (1...150).map { seed in
            try #require(simulation.run(seed: seed)[0].untilForgotten, sourceLocation: location)
        }
        let slowest = try #require(times.max())
        #expect(slowest <= limit, sourceLocation: location)
        #expect(slowest >= limit * 0.9, sourceLocation: location)
    }

    // MARK: What resolvers see

    @Test func resolversForget() throws {
        let simulation = Simulation(try world([http()], Fault(.refused)), length: .seconds(120))
        let outcomes = (1...100).map { simulation.run(seed: $0)[0] }
        for outcome in outcomes {
            let changed = try #require(outcome.untilAnswersChange)
            #expect(changed >= .seconds(4) && changed <= .seconds(15))
            // At t+5 nobody has been told yet, or hardly anybody; at t+60 it is over.
            #expect(outcome.resolvers[0] > 0.9 && outcome.resolvers[4] == 0)
            #expect(zip(outcome.resolvers, outcome.resolvers.dropFirst()).allSatisfy { $0 >= $1 })
            // Of two addresses, one is the first for half of the clients.
            #expect(zip(outcome.resolvers, outcome.clients).allSatisfy { abs($0 / 2 - $1) < 1e-9 })
        }
    }

    @Test func sameSeedSameRun() throws {
        let simulation = Simulation(try world([http()], Fault(.refused)), length: .seconds(120))
        let (one, two) = (simulation.story(seed: 7), simulation.story(seed: 7))
        #expect(one.moments == two.moments && one.before == two.before)
        #expect(one.moments != simulation.story(seed: 8).moments)
        #expect(one.before == ["pacs.example.org. 192.0.2.1, 192.0.2.2, TTL 30"])
        #expect(
            one.moments.map(\.text).prefix(6) == [
                "192.0.2.1 web, tcp: connection refused (1 of 3)", "pacs.example.org. -> 192.0.2.1, 192.0.2.2, TTL 15",
                "192.0.2.1 web, tcp: connection refused (2 of 3)", "192.0.2.1 web, tcp: connection refused (3 of 3)",
                "p/a 192.0.2.1: up -> down", "pacs.example.org. -> 192.0.2.2, TTL 30",
            ])
    }

    @Test func comesBack() throws {
        var rules = HealthRules()
        rules.failback = .delayed(.seconds(60))
        let fault = Fault(.refused, end: .seconds(40))
        let simulation = Simulation(try world([http()], fault, rules: rules), length: .seconds(200))
        for seed in 1...50 {
            let outcome = simulation.run(seed: UInt64(seed))[0]
            // Three passes, then a minute.
            let back = try #require(outcome.untilBack)
            #expect(back >= .seconds(78) && back <= .seconds(94))
            #expect(outcome.changes == 2)
        }
    }

    @Test func flappingIsDamped() throws {
        // Down for 30 s, up for 30 s, with thresholds that follow it.
        let quick = Schedule(interval: .seconds(5), recheckInterval: .seconds(1), fall: 2, rise: 2)
        let fault = Fault(.refused, period: .seconds(60))
        let damped = Simulation(try world([http(quick)], fault), length: .seconds(600)).run(seed: 1)[0]
        var rules = HealthRules()
        rules.damping = nil
        let free = Simulation(try world([http(quick)], fault, rules: rules), length: .seconds(600)).run(seed: 1)[0]
        #expect(free.changes > 15)
        #expect(damped.changes < 8)
        #expect(damped.timeInAnswers < free.timeInAnswers)
    }

    @Test func allAtOnceIsHeld() throws {
        let silent = Simulation(try world([http()], Fault(.silent), subjects: ["a", "b"]), length: .seconds(300))
        #expect(silent.run(seed: 1)[0].untilForgotten == nil)
        let story = silent.story(seed: 1).moments.map(\.text)
        #expect(story.contains("this node is probably cut off: all states are held"))
        let dead = Simulation(try world([http()], Fault(.dead), subjects: ["p"]), length: .seconds(100))
        #expect(dead.story(seed: 1).moments.map(\.text).contains("pool p: shared dependency? all are held in service"))
    }

    // MARK: Recovery targets

    private func shortfall(_ checks: [CheckDefinition], ttl: UInt32, _ limit: Int, targets: Int = 2) throws
        -> RecoveryShortfall?
    {
        let world = try world(checks, ttl: ttl, Fault(.silent), targets: targets)
        return RecoveryCheck(world.plan.pools, names: world.names).shortfall(pool: 0, limit: .seconds(limit))
    }

    @Test func saysWhatToChange() throws {
        // Hanging is the worst: 11 + 4 + 30, or 11 + 4 + 2 x 4 + 15.
        #expect(try shortfall([http()], ttl: 30, 45) == nil)
        let found = try #require(try shortfall([http()], ttl: 30, 40))
        #expect((found.target, found.manner) == ("a", .hung))
        #expect(found.timeToLive == 25 && found.interval == .seconds(5))
        // Neither alone is enough.
        let hard = try #require(try shortfall([http()], ttl: 30, 20))
        #expect(hard.timeToLive == nil && hard.interval == nil)
        #expect(try shortfall([http()], ttl: 30, 3600, targets: 1)?.recovery == .staysInAnswers(.failOpen))
        #expect(try shortfall([], ttl: 30, 3600)?.recovery == .notSeen)
    }
}
