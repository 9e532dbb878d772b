// Counters for strict rotation: one for each pool and address family, as clients ask for A and AAAA in turns and would
// otherwise always see every second step. The only memory that queries write and workers share.

import Synchronization

/// Tickets of all pools. Each counter has a cache line to itself.
@safe
struct Rotation: ~Copyable, @unchecked Sendable {
    /// Marked place: `Array` cannot hold atomics, which do not copy.
    private let counters: UnsafeMutablePointer<Counter>
    private let count: Int

    private struct Counter: ~Copyable {
        let next = Atomic<UInt64>(0)
        /// Fills the line of 64 octets.
        let padding = InlineArray<7, UInt64>(repeating: 0)
    }

    enum Family: Int { case v4 = 0, v6, host }

    init(poolCount: Int) {
        count = poolCount * 3
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Swift.max(count, 1) * MemoryLayout<Counter>.stride, alignment: MemoryLayout<Counter>.stride)
        unsafe counters = memory.bindMemory(to: Counter.self, capacity: count)
        for index in 0..<count { unsafe (counters + index).initialize(to: Counter()) }
    }

    deinit {
        unsafe counters.deinitialize(count: count)
        unsafe counters.deallocate()
    }

    /// The next ticket of a pool; consecutive calls anywhere get consecutive numbers.
    borrowing func ticket(pool: Int, _ family: Family) -> UInt64 {
        let index = pool * 3 + family.rawValue
        precondition(index < count, "a pool of this image")
        return unsafe counters[index].next.add(1, ordering: .relaxed).oldValue
    }
}
