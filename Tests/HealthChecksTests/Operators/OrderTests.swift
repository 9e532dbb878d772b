// Orders and the guard that stands before them.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct OrderTests {
    @Test func aDrainKeepsTheWeight() throws {
        var world = OrderWorld()
        try world.order(.weight(7))
        try world.order(.drain, reason: "upgrade")
        #expect(world.answered == ["t2"])
        try world.order(.undrain)
        #expect(world.weights == [7, 100])
        try world.order(.weight(nil))
        #expect(world.weights == [100, 100])
        #expect(
            world.events.map { "\($0.from ?? "-") > \($0.to ?? "-")" } == [
                "none > weight 7", "weight 7 > drained, weight 7", "drained, weight 7 > weight 7", "weight 7 > none",
            ])
        #expect(world.saved.map(\.isEmpty) == [false, false, false, true])
    }

    /// The same again changes nothing, and does not make the order younger; other words are taken over.
    @Test func theSameOrderAgain() throws {
        var world = OrderWorld()
        try world.order(.drain, reason: "upgrade")
        world.wait(10)
        #expect(try !world.order(.drain))
        #expect(try !world.order(.drain, by: "bob"))
        #expect(world.orders().state?.note == OrderNote(at: OrderWorld.epoch, reason: "upgrade"))
        #expect(try world.order(.drain, reason: "disk"))
        #expect(world.orders().state?.note == OrderNote(at: OrderWorld.epoch, reason: "disk"))
        #expect(try !world.order(.weight(nil)))
        #expect(try !world.order(.undrain, "t2"))
    }

    @Test func whatDoesNotFit() throws {
        var world = OrderWorld()
        try world.order(.drain)
        #expect(throws: OperatorError.self) { try world.order(.unforce) }
        try world.order(.force(up: false))
        #expect(throws: OperatorError.self) { try world.order(.undrain) }
        try world.order(.unforce)
        try world.order(.maintenance(from: OrderWorld.time(0), until: OrderWorld.time(60)))
        #expect(throws: OperatorError.self) { try world.order(.force(up: true)) }
        #expect(throws: OperatorError.self) { try world.order(.undrain) }
        #expect(throws: OperatorError.noWindow(2, TargetKey(pool: "p", target: "t1"))) {
            try world.order(.endMaintenance(id: 2))
        }
        #expect(throws: OperatorError.self) { try world.order(.weight(1_000_001)) }
        #expect(throws: OperatorError.self) { try world.order(.drain, reason: "a\u{1B}[2J") }
        try world.order(.clear)
        #expect(world.orders().isEmpty)
        #expect(world.answered == ["t1", "t2"])
    }

    // MARK: The guard

    @Test func theLastTarget() throws {
        var world = OrderWorld()
        world.probe(0, passes: false)
        #expect(world.answered == ["t2"])
        #expect(world.refusal(.drain, "t2") == .lastTarget)
        #expect(world.refusal(.force(up: false), "t2") == .lastTarget)
        // Who is out already may be ordered about.
        #expect(world.refusal(.drain, "t1") == nil)
        try world.order(.undrain, "t1")
        #expect(world.refusal(.force(up: true), "t1") == nil)
        #expect(world.refusal(.drain, "t2") == nil)
        // To take away what keeps the last one in service is the same as to take it out.
        #expect(world.refusal(.unforce, "t1") == .lastTarget)
        #expect(world.refusal(.clear, "t1") == .lastTarget)
        try world.order(.unforce, "t1", isForced: true)
        #expect(world.events.last?.reason == "ordered by an operator (forced)")
    }

    @Test func theLeastThatMustBeInService() throws {
        var service = ServiceRules()
        service.minimumHealthy = .percent(50)
        var world = OrderWorld(targets: 4, service: service)
        #expect(world.refusal(.drain, "t1") == nil)
        #expect(world.refusal(.drain, "t2") == nil)
        #expect(world.refusal(.drain, "t3") == .minimumHealthy)
        do {
            try world.order(.drain, "t3")
            Issue.record("not refused")
        } catch .refused(let obstacle) {
            #expect(obstacle.required == 2)
            #expect(obstacle.inService == ["t3", "t4"])
            #expect(
                obstacle.text == "without t3 the pool p would have 1 in service, and min_healthy wants 2; in service: "
                    + "t3, t4 (t1 is drained, t2 is drained); bring another one into service first, or insist with "
                    + "force: then whoever no operator has taken out is answered with, or all if nobody is left")
        }
    }

    @Test func theLastWeight() throws {
        var world = OrderWorld(targets: 3)
        #expect(world.refusal(.weight(0), "t1") == nil)
        #expect(world.refusal(.weight(0), "t2") == nil)
        #expect(world.answered == ["t3"])
        #expect(world.refusal(.weight(0), "t3") == .lastWeight)
        // Nor may the last one with a weight be drained unawares.
        #expect(world.refusal(.drain, "t3") == .lastWeight)
        #expect(world.refusal(.drain, "t1") == nil)
        // Where weights do not count, they stand in nobody's way.
        world = OrderWorld(policy: .roundRobin)
        #expect(world.refusal(.weight(0), "t1") == nil)
        #expect(world.refusal(.weight(0), "t2") == nil)
    }

    // MARK: Exact weights

    /// Whatever weights are ordered, the answers' are these.
    @Test(arguments: 1...UInt64(20)) func weightsAreWhatIsOrdered(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var world = OrderWorld(targets: 5, weight: 3)
        var expected: [UInt32] = [3, 3, 3, 3, 3]
        for _ in 0..<40 {
            let target = Int.random(in: 0..<5, using: &generator)
            let weight: UInt32? = [nil, 1, 10, 90, 1_000_000].randomElement(using: &generator) ?? nil
            try world.order(.weight(weight), "t\(target + 1)")
            expected[target] = weight ?? 3
            #expect(world.weights == expected, "seed \(seed)")
        }
    }

    // MARK: Pools in pools

    /// An order for a pool as the target of another counts there, and not for the pool itself.
    @Test func anOrderForANestedPool() throws {
        let outer = PoolDefinition(
            name: "outer", policy: .weighted,
            targets: [
                TargetDefinition(name: "inner", endpoint: .pool(NestedPool(name: "p")), weight: 2),
                TargetDefinition(name: "own", endpoint: .addresses([.v4(0xC633_6401)]), weight: 1),
            ])
        var world = OrderWorld(more: [outer])
        #expect(world.names(of: 1) == ["inner", "own", "t1", "t2"])
        try world.order(.weight(1), "inner", pool: "outer")
        #expect(world.board.served[1].answers.weights == [1, 1, 2])
        try world.order(.drain, "inner", pool: "outer")
        #expect(world.names(of: 1) == ["own"])
        #expect(world.answered == ["t1", "t2"])
        let clock = world.clock
        #expect(world.board.status(clock)[1].targets[0].override == .drained)
        #expect(world.events.last?.after?.members == ["198.51.100.1"])
        #expect(world.refusal(.drain, "own", pool: "outer") == .lastTarget)
        try world.order(.undrain, "inner", pool: "outer")
        // All of the pool is down; the outer pool sees it come and go.
        world.probe(0, passes: false)
        world.probe(1, passes: false)
        #expect(world.names(of: 1) == ["own"])
        #expect(
            world.events.last?.text == "outer inner: up -> down (the pool p as a whole is down); "
                + "answers 192.0.2.2 (weight 1), 198.51.100.1 (weight 1) -> 198.51.100.1 (weight 1)")
        try world.order(.force(up: true), "inner", pool: "outer")
        #expect(world.names(of: 1) == ["inner", "own", "t1", "t2"])
        try world.order(.drain, "own", pool: "outer")
        #expect(world.names(of: 1) == ["inner", "t1", "t2"])
    }

    // MARK: Whatever happens

    /// Nobody who is taken out is answered with while another is in service, and no answer is empty, whatever operators
    /// order, windows and verdicts bring, and however much is forced.
    @Test(arguments: 1...UInt64(60)) func aDrainedTargetIsNotAnsweredWith(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let policy = PoolPolicy.allCases.randomElement(using: &generator) ?? .weighted
        var service = ServiceRules()
        service.minimumHealthy = Bool.random(using: &generator) ? .count(1) : .count(2)
        let count = Int.random(in: 2...5, using: &generator)
        var world = OrderWorld(targets: count, policy: policy, service: service)
        for step in 0..<300 {
            let target = Int.random(in: 0..<count, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<3: world.probe(target, passes: Bool.random(using: &generator))
            case 3..<5: world.wait(Double.random(in: 0...40, using: &generator))
            default:
                let action = action(world.clock.time, &generator)
                let before = inService(world)
                let isForced = Int.random(in: 0..<4, using: &generator) == 0
                guard (try? world.order(action, "t\(target + 1)", isForced: isForced)) != nil, !isForced else {
                    continue
                }
                // Without force nothing leaves service that must be in it.
                let after = inService(world)
                #expect(after.count >= min(before.count, world.required), "seed \(seed), step \(step), \(action)")
            }
            check(world, "seed \(seed), step \(step)")
        }
    }

    private func action(_ now: Timestamp, _ generator: inout SeededGenerator) -> OperatorOrder.Action {
        let from = now + .seconds(Int.random(in: 0...60, using: &generator))
        let until = from + .seconds(Int.random(in: 1...60, using: &generator))
        return [
            .drain, .drain, .undrain, .force(up: true), .force(up: false), .unforce, .weight(0), .weight(5),
            .weight(nil),
            .maintenance(from: from, until: until), .maintenance(from: now, until: until), .endMaintenance(id: 1),
            .clear,
        ].randomElement(using: &generator) ?? .clear
    }

    private func inService(_ world: OrderWorld) -> [Int] {
        world.board.table[0].indices.filter { world.board.table[0][$0].contains(where: \.isInService) }
    }

    private func check(_ world: OrderWorld, _ place: Comment) {
        let answered = Set(world.answered)
        #expect(!answered.isEmpty, place)
        #expect(!world.board.served[0].answers.members.isEmpty, place)
        let isAnyInService = !inService(world).isEmpty
        for (index, conditions) in world.board.table[0].enumerated() where answered.contains("t\(index + 1)") {
            guard isAnyInService else { continue }
            #expect(conditions[0].override?.takesOut != true, place)
        }
        // What counts is what is ordered.
        for (index, order) in world.board.pools[0].orders.enumerated() {
            #expect(order == world.orders("t\(index + 1)").standing(at: world.clock.time), place)
        }
    }
}

extension OrderWorld {
    fileprivate var required: Int { board.pools[0].layout.required }
}
