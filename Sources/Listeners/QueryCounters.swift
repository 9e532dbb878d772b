// What a worker counts. Each worker writes its own counters with plain stores; whoever asks adds them up.

import DNSCore
import Glibc
import Synchronization

/// Counters of one worker or event loop: written by one thread, read by any.
@safe
public final class QueryCounters: @unchecked Sendable {
    /// Marked place: on cache lines that no other worker writes to.
    private let cells = unsafe CacheLines.allocate(Cells.self, count: 1)

    /// Response codes that are told apart for each zone: what one zone counts fills one cache line.
    private static let zoneCodes = ZoneTotals.codes

    private struct Cells: ~Copyable {
        /// By number of the zone and response code.
        let zones = InlineArray<816, Atomic<UInt64>> { _ in Atomic(0) }
        /// By response code.
        let responses = InlineArray<32, Atomic<UInt64>> { _ in Atomic(0) }
        /// By `CookieStanding`.
        let cookies = InlineArray<4, Atomic<UInt64>> { _ in Atomic(0) }
        let dropped = Atomic<UInt64>(0)
        let truncated = Atomic<UInt64>(0)
        let denied = Atomic<UInt64>(0)
        let limited = Atomic<UInt64>(0)
        let slipped = Atomic<UInt64>(0)
    }

    init() {
        unsafe cells.initialize(to: Cells())
        unsafe precondition(
            cells.pointee.zones.count == CountedZones.count * Self.zoneCodes && QueryTotals.codes == 32,
            "room for what is counted")
    }

    deinit {
        unsafe cells.deinitialize(count: 1)
        unsafe cells.deallocate()
    }

    /// Where they are in memory, for tests.
    var addresses: Range<UInt> {
        let start = unsafe UInt(bitPattern: cells)
        return start..<start + UInt(MemoryLayout<Cells>.size)
    }

    /// Counts one message.
    @inline(__always)
    func count(_ summary: AnswerSummary, answer octets: borrowing OutputSpan<UInt8>) {
        switch summary.outcome {
        case .answered: unsafe Self.increment(cells.pointee.cookies[Int(summary.cookie.rawValue)])
        case .dropped: unsafe Self.increment(cells.pointee.dropped)
        case .denied: unsafe Self.increment(cells.pointee.denied)
        case .limited:
            unsafe Self.increment(cells.pointee.cookies[Int(summary.cookie.rawValue)])
            unsafe Self.increment(cells.pointee.limited)
        case .slipped:
            unsafe Self.increment(cells.pointee.cookies[Int(summary.cookie.rawValue)])
            unsafe Self.increment(cells.pointee.slipped)
        }
        guard octets.count >= 4 else { return }
        if octets[2] & 0x02 != 0 { unsafe Self.increment(cells.pointee.truncated) }
        let code = Int(summary.code)
        unsafe Self.increment(cells.pointee.responses[code & (QueryTotals.codes - 1)])
        let zone = Int(summary.zone) * Self.zoneCodes
        unsafe Self.increment(cells.pointee.zones[zone + min(code, Self.zoneCodes - 1)])
    }

    /// One writer only: a load and a store, without the bus lock of an atomic addition.
    @inline(__always)
    private static func increment(_ counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// Adds these counters to `totals`.
    public func add(to totals: inout QueryTotals) {
        for code in 0..<QueryTotals.codes {
            totals.responses[code] += unsafe cells.pointee.responses[code].load(ordering: .relaxed)
        }
        for standing in totals.cookies.indices {
            totals.cookies[standing] += unsafe cells.pointee.cookies[standing].load(ordering: .relaxed)
        }
        totals.dropped += unsafe cells.pointee.dropped.load(ordering: .relaxed)
        totals.truncated += unsafe cells.pointee.truncated.load(ordering: .relaxed)
        totals.denied += unsafe cells.pointee.denied.load(ordering: .relaxed)
        totals.limited += unsafe cells.pointee.limited.load(ordering: .relaxed)
        totals.slipped += unsafe cells.pointee.slipped.load(ordering: .relaxed)
    }

    /// Adds what these counters say of zones to `totals`.
    public func add(to totals: inout ZoneTotals) {
        for place in totals.counts.indices {
            totals.counts[place] += unsafe cells.pointee.zones[place].load(ordering: .relaxed)
        }
    }
}

/// Sums over workers.
public struct QueryTotals: Sendable, Equatable {
    /// Answers by response code.
    public var responses = [UInt64](repeating: 0, count: codes)
    /// Queries, answered or not, by `CookieStanding`; without those from addresses that are not allowed.
    public var cookies = [UInt64](repeating: 0, count: CookieStanding.allCases.count)
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

    /// How many response codes there is room for: a power of two. Ours end with BADCOOKIE, 23.
    public static let codes = 32

    public init() {}
}

/// Answers by zone and response code, over workers.
public struct ZoneTotals: Sendable, Equatable {
    /// Response codes 0 to 6, and one place for all others.
    public static let codes = 8

    fileprivate(set) var counts = [UInt64](repeating: 0, count: CountedZones.count * codes)

    public init() {}

    /// By response code, of the zone that is counted under a number.
    public subscript(number: UInt16) -> ArraySlice<UInt64> {
        counts[Int(number) * Self.codes..<(Int(number) + 1) * Self.codes]
    }
}

/// Seconds since 1970, in 32 bits, as `Scratch.now` wants them.
func currentSecond() -> UInt32 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return UInt32(truncatingIfNeeded: time.tv_sec)
}
