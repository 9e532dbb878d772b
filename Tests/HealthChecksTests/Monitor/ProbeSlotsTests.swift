// How many probes run at a time.

import Checks
import DNSCore
import Synchronization
import Testing

@testable import HealthChecks

/// How many there are, and were at most.
final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0))

    func add(_ change: Int) { state.withLock { $0 = ($0.now + change, max($0.most, $0.now + change)) } }

    func raise(to value: Int) { state.withLock { $0.most = max($0.most, value) } }

    var values: (now: Int, most: Int) { state.withLock { $0 } }
}

@Suite struct ProbeSlotsTests {
    @Test func slotsAreBounded() async {
        let slots = ProbeSlots(3)
        let running = Gauge()
        await withTaskGroup { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    guard await slots.acquire() else { return }
                    running.add(1)
                    await Task.yield()
                    running.add(-1)
                    slots.release()
                }
            }
        }
        #expect(running.values.most <= 3)
        #expect(running.values.now == 0)
    }

    @Test func takenSlotsAreCounted() async {
        let slots = ProbeSlots(1)
        #expect(await slots.acquire())
        let waiter = Task { await slots.acquire() }
        while slots.queueLength == 0 { await Task.yield() }
        // One that is handed on stays taken.
        slots.release()
        #expect(await waiter.value)
        #expect(slots.taken == (now: 1, most: 1))
        slots.grow(by: 2)
        #expect(await slots.acquire())
        #expect(slots.taken == (now: 2, most: 2))
        slots.release()
        slots.release()
        #expect(slots.taken == (now: 0, most: 2))
    }

    @Test func growthServesWhoWaits() async {
        let slots = ProbeSlots(1)
        #expect(await slots.acquire())
        let waiter = Task { await slots.acquire() }
        while slots.queueLength == 0 { await Task.yield() }
        slots.grow(by: 1)
        #expect(await waiter.value)
        #expect(slots.taken == (now: 2, most: 2))
    }

    @Test func aCancelledWaiterLeaves() async {
        let slots = ProbeSlots(1)
        #expect(await slots.acquire())
        let waiter = Task { await slots.acquire() }
        waiter.cancel()
        #expect(await waiter.value == false)
        slots.release()
        #expect(await slots.acquire())
    }

    @Test func theQueueOfServedTicketsDoesNotGrow() async {
        let slots = ProbeSlots(1)
        #expect(await slots.acquire())
        // Each task comes back at once, so that somebody is always waiting.
        let lengths = Gauge()
        await withTaskGroup { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    for _ in 0..<500 {
                        guard await slots.acquire() else { return }
                        let length = slots.queueLength
                        lengths.raise(to: length)
                        await Task.yield()
                        slots.release()
                    }
                }
            }
            slots.release()
        }
        #expect(lengths.values.most <= 16)
        #expect(slots.queueLength == 0)
    }

    @Test func asManyAsThereAreChecksWithinLimits() {
        func maximum(_ count: Int, _ limit: Int) -> Int {
            let targets = (0..<count).map {
                TargetDefinition(name: "t\($0)", endpoint: .addresses([.v4(0x0A00_0000 + UInt32($0))]))
            }
            let pool = MonitoredPool(
                definition: PoolDefinition(name: "p", policy: .weighted, targets: targets),
                checks: [CheckDefinition(name: "c", kind: .tcp, port: 1)])
            return HealthMonitor.maximumProbes(of: [pool], descriptorLimit: limit)
        }
        #expect(maximum(2, 1 << 20) == 64)
        #expect(maximum(500, 1 << 20) == 500)
        #expect(maximum(5000, 1 << 20) == 1024)
        #expect(maximum(500, 1024) == 256)
        #expect(maximum(500, 0) == 1)
    }
}
