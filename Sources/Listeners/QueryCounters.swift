// What a worker counts. Each worker writes its own counters with plain stores; whoever asks adds them up.

import Synchronization

/// Counters of one worker or event loop: written by one thread, read by any.
public final class QueryCounters: Sendable {
    /// By the lower four bits of the response code.
    private let responses = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    private let dropped = Atomic<UInt64>(0)
    private let truncated = Atomic<UInt64>(0)

    init() {}

    /// Counts one answer by its header; one that is shorter was not given.
    @inline(__always)
    func count(answer octets: borrowing OutputSpan<UInt8>) {
        guard octets.count >= 4 else { return Self.increment(dropped) }
        if octets[2] & 0x02 != 0 { Self.increment(truncated) }
        Self.increment(responses[Int(octets[3] & 0xf)])
    }

    /// One writer only: a load and a store, without the bus lock of an atomic addition.
    @inline(__always)
    private static func increment(_ counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// Adds these counters to `totals`.
    public func add(to totals: inout QueryTotals) {
        for code in 0..<16 { totals.responses[code] += responses[code].load(ordering: .relaxed) }
        totals.dropped += dropped.load(ordering: .relaxed)
        totals.truncated += truncated.load(ordering: .relaxed)
    }
}

/// Sums over workers.
public struct QueryTotals: Sendable, Equatable {
    /// Answers by the lower four bits of their response code.
    public var responses = [UInt64](repeating: 0, count: 16)
    /// Messages that got no answer.
    public var dropped: UInt64 = 0
    /// Answers with TC set.
    public var truncated: UInt64 = 0

    public init() {}
}
