// A worker that waits for the core on which states are published answers before the rest is done about them.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Gives up the core, but not for each of many changes at a time: where all cores are busy, it is gone for a turn of the
/// scheduler (some 3 ms).
struct CoreCourtesy {
    private var last: Instant?

    private static let pause = Duration.milliseconds(20)

    mutating func letOthersRun(at now: Instant) {
        if let last, now < last + Self.pause { return }
        sched_yield()
        last = .now
    }
}
