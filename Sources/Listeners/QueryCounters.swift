// What a worker counts. Each worker writes its own counters with plain stores; whoever asks adds them up.

import DNSCore
import Glibc
import Synchronization

/// Counters of one worker or event loop: written by one thread, read by any.
public final class QueryCounters: Sendable {
    /// By the lower four bits of the response code.
    private let responses = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    private let dropped = Atomic<UInt64>(0)
    private let truncated = Atomic<UInt64>(0)
    private let denied = Atomic<UInt64>(0)
    private let limited = Atomic<UInt64>(0)
    private let slipped = Atomic<UInt64>(0)

    init() {}

    /// Counts one message by what became of it, and its answer by the header.
    @inline(__always)
    func count(_ outcome: Outcome, answer octets: borrowing OutputSpan<UInt8>) {
        switch outcome {
        case .answered: break
        case .dropped: Self.increment(dropped)
        case .denied: Self.increment(denied)
        case .limited: Self.increment(limited)
        case .slipped: Self.increment(slipped)
        }
        guard octets.count >= 4 else { return }
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
        totals.denied += denied.load(ordering: .relaxed)
        totals.limited += limited.load(ordering: .relaxed)
        totals.slipped += slipped.load(ordering: .relaxed)
    }
}

/// Sums over workers.
public struct QueryTotals: Sendable, Equatable {
    /// Answers by the lower four bits of their response code.
    public var responses = [UInt64](repeating: 0, count: 16)
    /// Messages that got no answer, as they were no queries.
    public var dropped: UInt64 = 0
    /// Queries from addresses that are not allowed, REFUSED or not answered.
    public var denied: UInt64 = 0
    /// Queries above the rate limit that got no answer.
    public var limited: UInt64 = 0
    /// Queries above the rate limit that got an empty answer with TC.
    public var slipped: UInt64 = 0
    /// Answers with TC set.
    public var truncated: UInt64 = 0

    public init() {}
}

/// Seconds since 1970, in 32 bits, as `Scratch.now` wants them.
func currentSecond() -> UInt32 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return UInt32(truncatingIfNeeded: time.tv_sec)
}
