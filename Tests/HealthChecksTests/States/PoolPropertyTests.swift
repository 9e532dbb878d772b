// What must hold whatever happens, held against long random histories. A seed that fails is printed, and fails again.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct PoolPropertyTests {
    /// A pool under random rules, and what was seen of it.
    private struct History {
        var world: PoolScenario
        var generator: SeededGenerator

        init(seed: UInt64) {
            generator = SeededGenerator(seed: seed)
            var rules = HealthRules()
            rules.failback = [.auto, .auto, .delayed(.seconds(45)), .manual].randomElement(using: &generator) ?? .auto
            rules.slowStart = Bool.random(using: &generator) ? .seconds(60) : nil
            rules.commonModeHold = Bool.random(using: &generator) ? .seconds(90) : nil
            var service = ServiceRules()
            service.whenAllDown = ServiceRules.WhenAllDown.allCases.randomElement(using: &generator) ?? .open
            service.backup = service.whenAllDown == .backup ? .addresses([.v4(0xC633_6401)]) : nil
            service.minimumHealthy = [.count(1), .count(2), .percent(50)].randomElement(using: &generator) ?? .count(1)
            service.degraded = [.last, .equal, .lowerWeight(tenths: 3)].randomElement(using: &generator) ?? .last
            let count = Int.random(in: 2...5, using: &generator)
            world = PoolScenario(
                targets: count, checks: Int.random(in: 1...2, using: &generator),
                addresses: Int.random(in: 1...2, using: &generator), rules, service)
        }

        mutating func step() {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<3: world.set(override(), weight: Bool.random(using: &generator) ? nil : 7, target: target())
            case 3..<5: world.handle(.restore(target: target()))
            case 5: world.handle(.freeze(since: world.now - .seconds(Int.random(in: 0...40, using: &generator))))
            case 6..<9: world.handle(.thaw)
            case 9..<30: world.wait(Double.random(in: 0...30, using: &generator))
            case 30: world.wait(Double.random(in: 0...700, using: &generator))
            default: probe()
            }
        }

        private mutating func target() -> Int { Int.random(in: 0..<world.definition.targets.count, using: &generator) }

        private mutating func override() -> Override? {
            [nil, nil, .drained, .forcedUp, .forcedDown, .maintenance].randomElement(using: &generator) ?? nil
        }

        /// Several verdicts of a kind in a row, as of a target that is well, or ill.
        private mutating func probe() {
            let member = Int.random(in: world.pool.members.indices, using: &generator)
            let check = Int.random(in: world.pool.members[member].checks.indices, using: &generator)
            let kind = Int.random(in: 0..<10, using: &generator)
            let layer = Layer.allCases.randomElement(using: &generator) ?? .tcp
            let signs: [Verdict.Sign?] = [nil, .silence, .stalled, .unanswered]
            let sign = signs.randomElement(using: &generator) ?? nil
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                switch kind {
                case 0..<5: world.pass(member, check: check)
                case 5: world.degrade(member, check: check)
                default: world.fail(member, check: check, at: layer, sign: sign)
                }
            }
        }
    }

    private func check(_ history: History, _ seed: UInt64, _ step: Int) {
        let world = history.world
        let answers = world.served.answers
        let place: Comment = "seed \(seed), step \(step)"
        // Never an empty answer, unless the operator wants that.
        switch answers.mode {
        case .closed, .servfail: #expect(answers.members.isEmpty, place)
        default: #expect(!answers.members.isEmpty, place)
        }
        // Whom an operator has taken out is not answered with while anybody else is.
        let overrides = world.overrides
        let served = world.answers
        let isAnyInService = world.pool.conditions.joined().contains(where: \.isInService)
        if served.contains(where: { overrides[$0]?.takesOut != true }) {
            #expect(served.allSatisfy { overrides[$0]?.takesOut != true }, place)
        }
        for target in served where overrides[target]?.takesOut == true {
            // Who is in maintenance comes before those that are down.
            #expect(!isAnyInService, place)
            #expect(overrides[target] == .maintenance || overrides.allSatisfy { $0?.takesOut == true }, place)
        }
        // Nobody is held whom the pool needs.
        let inService = Set(
            world.pool.conditions.indices.filter { world.pool.conditions[$0].contains(where: \.isInService) })
        if inService.count < world.pool.layout.required {
            for (index, member) in world.pool.members.enumerated()
            where overrides[world.pool.layout.targets[index]]?.takesOut != true {
                #expect(member.hold(at: world.now) == nil, place)
            }
        }
        // Weights are in range, and whoever may serve has one.
        #expect(answers.weights?.allSatisfy { $0 > 0 && $0 <= 1000 } ?? true, place)
        // Whatever is due lies ahead, so that nothing spins.
        #expect(world.pool.deadline.map { $0 > world.now } ?? false, place)
    }

    @Test(arguments: 1...UInt64(60)) func holdsWhateverHappens(seed: UInt64) {
        var history = History(seed: seed)
        for step in 0..<400 {
            history.step()
            check(history, seed, step)
        }
    }

    /// Whoever has changed three times within ten minutes stays down for two minutes or more, however it flaps; so that
    /// no ten minutes see more than seven changes.
    @Test(arguments: 1...UInt64(30)) func nobodyFlapsFasterThanDampingAllows(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var world = PoolScenario()
        world.settle()
        let longest = [5.0, 40.0, 300.0].randomElement(using: &generator) ?? 5.0
        for _ in 0..<1500 {
            world.wait(Double.random(in: 0...longest, using: &generator))
            world.pass(1)
            if Bool.random(using: &generator) { world.pass(0, times: 2) } else { world.fail(0, times: 3) }
        }
        let changes = world.log.filter { $0.transition.member == 0 }.map(\.time)
        #expect(changes.count > 4)
        for index in changes.indices.dropFirst(3) where index % 2 == 1 {
            // Odd ones lead back into service: it began up.
            guard changes[index - 1] - changes[index - 3] <= .seconds(600) else { continue }
            #expect(changes[index] - changes[index - 1] >= .seconds(120), "seed \(seed), change \(index)")
        }
        for index in changes.indices.dropFirst(7) {
            #expect(changes[index] - changes[index - 7] > .seconds(600), "seed \(seed), change \(index)")
        }
    }
}
