// Shares under `weighted`: exact over time, not only on average.

import DNSCore
import TestSupport
import Testing

@Suite struct WeightedShareTests {
    private func pool(_ weights: [Int]) throws -> [PoolDefinition] {
        let targets = weights.enumerated().map { "t\($0): {address: 192.0.2.\($0 + 1), weight: \($1)}" }
        return try readPools("  p: {policy: weighted, targets: {\(targets.joined(separator: ", "))}}")
    }

    /// No prefix of the answers is off by more than a few, whatever the weights: a random draw of 20,000 would be off by
    /// 70 for even shares.
    @Test(arguments: [
        [1, 3, 6, 0], [1, 1], [90, 10], [999_983, 17], [1, 2, 3, 4, 5, 6, 7, 8], [1_000_000, 1_000_000, 1],
        Array(repeating: 7, count: 64),
    ]) func areExactAllTheTime(_ weights: [Int]) throws {
        let world = try steeringWorld(try pool(weights))
        let total = Double(weights.reduce(0, +))
        var counts = Array(repeating: 0, count: weights.count)
        for answer in 1...20_000 {
            let data = try world.data("p.example.org", "A")
            let target = try #require(data.first?.split(separator: ".").last.flatMap { Int($0) })
            #expect(data.count == 1)
            counts[target - 1] += 1
            let error =
                weights.indices.map { abs(Double(counts[$0]) - Double(answer * weights[$0]) / total) }.max() ?? 0
            #expect(error < 4, "\(answer): \(counts)")
            guard error < 4 else { return }
        }
        #expect(zip(weights, counts).allSatisfy { $0 > 0 || $1 == 0 })
    }

    /// Somebody who asks for A and AAAA in turns, of two pools, sees the shares in each of the four.
    @Test func holdForEachPoolAndFamily() throws {
        let pools = try readPools(
            """
              p: {policy: weighted, targets: {a: {address: [192.0.2.1, "::1"], weight: 3}, b: {address: [192.0.2.2, "::2"]}}}
              q: {policy: weighted, targets: {a: {address: [192.0.2.1, "::1"], weight: 1}, b: {address: [192.0.2.2, "::2"]}}}
            """)
        let world = try steeringWorld(pools)
        var counts: [String: Int] = [:]
        for _ in 0..<1_000 {
            for (name, type) in [("p", "A"), ("q", "A"), ("p", "AAAA"), ("q", "AAAA")] {
                counts["\(name) \(try world.ask(name, type).data[0])", default: 0] += 1
            }
        }
        let expected = [
            "p 192.0.2.1": 750, "p 192.0.2.2": 250, "q 192.0.2.1": 500, "q 192.0.2.2": 500, "p ::1": 750, "p ::2": 250,
            "q ::1": 500, "q ::2": 500,
        ]
        #expect(counts.keys.sorted() == expected.keys.sorted())
        for (key, count) in expected { #expect(abs((counts[key] ?? 0) - count) <= 3, "\(key)") }
    }

    /// Workers start at different places, and their answers together have the right shares too.
    @Test func holdForAllWorkersTogether() throws {
        let pools = try pool([5, 2, 1])
        var first = Set<String>()
        var counts: [String: Int] = [:]
        for seed in UInt64(1)...40 {
            let world = try steeringWorld(pools, seed: seed)
            for answer in 0..<80 {
                let data = try world.data("p.example.org", "A")[0]
                if answer == 0 { first.insert(data) }
                counts[data, default: 0] += 1
            }
        }
        #expect(first.count == 3)
        for (target, count) in [("192.0.2.1", 2_000), ("192.0.2.2", 800), ("192.0.2.3", 400)] {
            #expect(abs((counts[target] ?? 0) - count) <= 60, "\(counts)")
        }
    }

    /// `answers: 3` is a shuffle by weight: the first place is exact, the second goes to who is left in proportion.
    @Test func severalAnswersAreShuffledByWeight() throws {
        let pools = try readPools(
            """
              p:
                policy: weighted
                answers: 3
                targets:
                  a: {address: 192.0.2.1, weight: 6}
                  b: {address: 192.0.2.2, weight: 3}
                  c: {address: 192.0.2.3, weight: 1}
            """)
        let world = try steeringWorld(pools)
        var first: [String: Int] = [:]
        var second: [String: Int] = [:]
        for _ in 0..<10_000 {
            let data = try world.data("p.example.org", "A")
            #expect(Set(data).count == 3)
            first[data[0], default: 0] += 1
            second[data[1], default: 0] += 1
        }
        for (target, count) in [("192.0.2.1", 6_000), ("192.0.2.2", 3_000), ("192.0.2.3", 1_000)] {
            #expect(abs((first[target] ?? 0) - count) <= 4)
        }
        // 0.6 * 3/4 + 0.1 * 3/9 of the second places are b's.
        #expect(abs((second["192.0.2.2"] ?? 0) - 4_833) < 200)
    }
}
