// Counters for strict rotation. The only memory that queries write and workers share.

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

    /// What is counted apart. What one answer holds, and what one client asks for at the same time, must not take turns
    /// with each other: with two targets it would be always the same one's turn.
    enum Use: Int {
        case v4 = 0
        case v6, host, service, hint4, hint6, additional4, additional6

        static var count: Int { 8 }
    }

    init(poolCount: Int) {
        count = poolCount * Use.count
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Swift.max(count, 1) * MemoryLayout<Counter>.stride, alignment: MemoryLayout<Counter>.stride)
        unsafe counters = memory.bindMemory(to: Counter.self, capacity: count)
        for index in 0..<count { unsafe (counters + index).initialize(to: Counter()) }
    }

    deinit {
        unsafe counters.deinitialize(count: count)
        unsafe counters.deallocate()
    }

    /// The place of one use of a pool among those of all pools.
    @inline(__always)
    static func index(pool: Int, _ use: Use) -> Int { pool &* Use.count &+ use.rawValue }

    /// The next ticket of a pool; consecutive calls anywhere get consecutive numbers.
    /// - Parameter turn: 1, or 0 to see whose turn it is without taking it.
    borrowing func ticket(pool: Int, _ use: Use, taking turn: UInt64) -> UInt64 {
        let index = Self.index(pool: pool, use)
        precondition(index < count, "a pool of this image")
        return unsafe counters[index].next.add(turn, ordering: .relaxed).oldValue
    }
}
