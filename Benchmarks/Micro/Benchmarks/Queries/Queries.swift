// What the steps of one answer cost. The steps themselves are internal to DNSCore, and measuring them from outside would
// keep the compiler from joining them as it does in the server; so each is the pure function on a question that is all
// about that step, and what a step costs is the difference to the line that does without it.

import Benchmark
import DNSCore

let benchmarks: @Sendable () -> Void = {
    // Set before the first benchmark is made, and by nobody else.
    unsafe Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock], warmupIterations: 10, scalingFactor: .kilo, maxDuration: .seconds(1),
        maxIterations: 10_000)

    measure("parse: header alone (opcode 5)", smallZone, .update)
    measure("parse: and a question (class 5)", smallZone, Question("www.example.org", .a, recordClass: 5))
    measure("parse: and a name of 255 octets", smallZone, Question(longName, .a, recordClass: 5))
    measure("parse: and an OPT record", smallZone, Question("www.example.org", .a, recordClass: 5, options: []))
    measure(
        "parse: and a cookie", smallZone,
        Question("www.example.org", .a, recordClass: 5, options: [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]))

    measure("lookup: no zone", smallZone, Question("www.example.net", .a))
    measure("lookup: one of 10 names", smallZone, Question("h7.example.org", .a))
    measure("lookup: one of 100,000 names", largeZone, Question("h77777.example.org", .a))
    measure("lookup: no such name", largeZone, Question("nothing.example.org", .a))
    measure("lookup: no such name, 60 labels deep", largeZone, Question(deepName, .a))
    measure("lookup: wildcard", largeZone, Question("any.wild.example.org", .a))
    measure("lookup: CNAME", largeZone, Question("alias.example.org", .a))

    for policy in [PoolPolicy.roundRobin, .weighted, .failover] {
        for count in [2, 64] {
            let world = World(names: 10, pool: policy, targets: count)
            measure("choose: \(policy.rawValue), 1 of \(count)", world, Question("pool.example.org", .a))
        }
    }

    measure("encode: 1 address", smallZone, Question("www.example.org", .a))
    measure("encode: 8 addresses", smallZone, Question("eight.example.org", .a))
    measure("encode: 64 addresses", smallZone, Question("many.example.org", .a, options: []))
    measure("encode: MX and its address", smallZone, Question("example.org", .mx))
}

private let smallZone = World(names: 10)
private let largeZone = World(names: 100_000)
/// 255 octets on the wire.
private let longName = [63, 63, 63, 61].map { String(repeating: "x", count: $0) }.joined(separator: ".")
private let deepName = String(repeating: "x.", count: 60) + "example.org"

/// Registers one: the same question again and again, so that everything it needs is in the cache.
private func measure(_ name: String, _ world: World, _ question: Question) {
    Benchmark(name) { benchmark in
        var scratch = Scratch(seed: 1)
        let answer = [UInt8](capacity: 4096) { response in
            for _ in benchmark.scaledIterations {
                response.removeLast(response.count)
                blackHole(
                    answerQuery(
                        question.packet.span, from: Client(.v4(0x7f00_0001), over: .udp), world.image.image,
                        health: world.health, using: &scratch, into: &response))
            }
        }
        precondition(answer.count >= 12, "it is answered")
    }
}
