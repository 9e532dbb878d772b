// The real listeners under load while zones and health change, to be run under the thread sanitizer (`make race`): UDP
// and TCP clients, reloads, health flips and readers of the counters, all at once. It fails if an answer is lost or
// wrong; the sanitizer fails it if two threads are at one place without order.

import DNSCore
import Foundation
import Listeners
import TestSupport

@main
struct RaceCheck {
    static func main() async throws {
        let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10
        let state = Published(try makeState(serial: 1))
        let server = try await LiveServer(state, workers: 2)
        let other = try await LiveServer(state, address: "127.0.0.2", workers: 1)
        let end = ContinuousClock.now + .seconds(seconds)
        let totals = try await withThrowingTaskGroup(of: Totals.self) { group in
            for number in 0..<6 {
                let transport: Transport = number % 2 == 0 ? .udp : .tcp
                group.addTask { try await onThread { try ask(number < 4 ? server : other, transport, until: end) } }
            }
            group.addTask { try await reload(state, until: end) }
            group.addTask { await flip(state, until: end) }
            group.addTask { await readCounters(server, until: end) }
            var totals = Totals()
            for try await part in group { totals.add(part) }
            return totals
        }
        await server.stop()
        await other.stop()
        print("\(totals.answers) answers, \(totals.reloads) reloads, \(totals.flips) health flips: all right")
        guard totals.answers > 0, totals.reloads > 0, totals.flips > 0 else {
            throw TestTextError("something did not happen at all")
        }
    }
}

/// What was done.
struct Totals: Sendable {
    var answers = 0
    var reloads = 0
    var flips = 0

    mutating func add(_ other: Totals) {
        answers += other.answers
        reloads += other.reloads
        flips += other.flips
    }
}

private let pools: [PoolDefinition] = [
    PoolDefinition(
        name: "both", policy: .weighted, answers: 2,
        targets: (0..<4).map {
            TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0xc000_020a + $0)]), weight: $0)
        }),
    PoolDefinition(
        name: "turns", policy: .roundRobin,
        targets: (0..<4).map { TargetDefinition(name: "u\($0)", endpoint: .addresses([.v4(0xc000_021a + $0)])) }),
]

private func makeState(serial: Int) throws -> ServingState {
    let zone = try makeZone(
        """
        $TTL 300
        @ SOA ns hostmaster \(serial) 7200 900 1209600 60
        @ NS ns
        ns A 192.0.2.1
        pool POOL both
        turns POOL turns
        *.wild CNAME pool
        $GENERATE 1-50 big A 198.51.100.$
        """, origin: "example.org", pools: pools)
    let image = ServingImage(zones: [zone], poolCount: pools.count)
    return ServingState(image: ImageBox(image), health: HealthSnapshot(unprobed: pools))
}

/// Runs what blocks on a thread of its own.
private func onThread(_ body: @Sendable @escaping () throws -> Totals) async throws -> Totals {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// Asks one question after the other: over UDP on one socket, over TCP on a new connection every 50.
private func ask(_ server: LiveServer, _ transport: Transport, until end: ContinuousClock.Instant) throws -> Totals {
    let questions = [("pool", "A"), ("turns", "A"), ("x.wild", "A"), ("", "SOA"), ("none", "A"), ("big", "A")]
    var client = try server.client(transport)
    var totals = Totals()
    while ContinuousClock.now < end {
        if case .tcp = transport, totals.answers % 50 == 49 { client = try server.client(transport) }
        let (name, type) = questions[totals.answers % questions.count]
        var packet = try QueryPacket(name.isEmpty ? "example.org." : "\(name).example.org.", type)
        packet.id = UInt16(truncatingIfNeeded: totals.answers)
        guard let answer = client.exchange(packet.octets) else { throw TestTextError("no answer to \(name) \(type)") }
        let walked = try MessageWalker(answer)
        let code = walked.integer(2) & 0xf
        guard walked.integer(0) == Int(packet.id), code == (name == "none" ? 3 : 0) else {
            throw TestTextError("\(name) \(type): ID \(walked.integer(0)), code \(code)")
        }
        guard name == "none" || name == "big" || !walked.answer.isEmpty else {
            throw TestTextError("\(name) \(type): no records")
        }
        totals.answers += 1
    }
    return totals
}

/// Publishes new zones, as a reload does.
private func reload(_ state: Published<ServingState>, until end: ContinuousClock.Instant) async throws -> Totals {
    var totals = Totals()
    while ContinuousClock.now < end {
        totals.reloads += 1
        let new = try makeState(serial: totals.reloads + 1)
        state.publish(new)
        try await Task.sleep(for: .milliseconds(2))
    }
    return totals
}

/// Publishes new health over whatever zones there are, as the monitor does.
private func flip(_ state: Published<ServingState>, until end: ContinuousClock.Instant) async -> Totals {
    var totals = Totals()
    while ContinuousClock.now < end {
        totals.flips += 1
        let conditions = pools.map { pool in
            pool.targets.indices.map { [MemberCondition(($0 + totals.flips) % 3 == 0 ? .down : .up)] }
        }
        state.publish(ServedPool.all(pools, conditions))
        try? await Task.sleep(for: .microseconds(500))
    }
    return totals
}

/// Adds the counters up, as the metrics do.
private func readCounters(_ server: LiveServer, until end: ContinuousClock.Instant) async -> Totals {
    while ContinuousClock.now < end {
        var totals = QueryTotals()
        for counters in server.udp.counters + server.tcp.counters { counters.add(to: &totals) }
        _ = server.connections.figures
        try? await Task.sleep(for: .milliseconds(5))
    }
    return Totals()
}
