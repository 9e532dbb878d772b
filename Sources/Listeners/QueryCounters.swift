// What a worker counts. Each worker writes its own counters with plain stores; whoever asks adds them up.

import DNSCore
import Glibc
import Synchronization

/// Counters of one worker or event loop: written by one thread, read by any.
@safe
public final class QueryCounters: @unchecked Sendable {
    /// Marked place: on cache lines that no other worker writes to.
    private let cells = unsafe CacheLines.allocate(Cells.self, count: 1)

    private struct Cells: ~Copyable {
        /// By the lower four bits of the response code.
        let responses = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
        let dropped = Atomic<UInt64>(0)
        let truncated = Atomic<UInt64>(0)
        let denied = Atomic<UInt64>(0)
        let limited = Atomic<UInt64>(0)
        let slipped = Atomic<UInt64>(0)
    }

    init() { unsafe cells.initialize(to: Cells()) }

    deinit {
        unsafe cells.deinitialize(count: 1)
        unsafe cells.deallocate()
    }

    /// Where they are in memory, for tests.
    var addresses: Range<UInt> {
        let start = unsafe UInt(bitPattern: cells)
        return start..<start + UInt(MemoryLayout<Cells>.size)
    }

    /// Counts one message by what became of it, and its answer by the header.
    @inline(__always)
    func count(_ outcome: Outcome, answer octets: borrowing OutputSpan<UInt8>) {
        switch outcome {
        case .answered: break
        case .dropped: unsafe Self.increment(cells.pointee.dropped)
        case .denied: unsafe Self.increment(cells.pointee.denied)
        case .limited: unsafe Self.increment(cells.pointee.limited)
        case .slipped: unsafe Self.increment(cells.pointee.slipped)
        }
        guard octets.count >= 4 else { return }
        if octets[2] & 0x02 != 0 { unsafe Self.increment(cells.pointee.truncated) }
        unsafe Self.increment(cells.pointee.responses[Int(octets[3] & 0xf)])
    }

    /// One writer only: a load and a store, without the bus lock of an atomic addition.
    @inline(__always)
    private static func increment(_ counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// Adds these counters to `totals`.
    public func add(to totals: inout QueryTotals) {
        for code in 0..<16 { totals.responses[code] += unsafe cells.pointee.responses[code].load(ordering: .relaxed) }
        totals.dropped += unsafe cells.pointee.dropped.load(ordering: .relaxed)
        totals.truncated += unsafe cells.pointee.truncated.load(ordering: .relaxed)
        totals.denied += unsafe cells.pointee.denied.load(ordering: .relaxed)
        totals.limited += unsafe cells.pointee.limited.load(ordering: .relaxed)
        totals.slipped += unsafe cells.pointee.slipped.load(ordering: .relaxed)
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
