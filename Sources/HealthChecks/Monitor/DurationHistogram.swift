// How long things took, as a histogram with fixed bounds: what Prometheus can add up over servers.

/// Durations by size.
public struct DurationHistogram: Hashable, Sendable {
    /// In seconds, growing.
    public let bounds: [Double]
    /// How many were no longer than each of `bounds`, but longer than the one before it; then those above all of them.
    public private(set) var counts: [UInt64]
    public private(set) var total = Duration.zero

    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// - Parameter duration: below zero, it counts as zero: a clock that is asked twice may say such a thing.
    public mutating func add(_ duration: Duration) {
        let duration = max(duration, .zero)
        counts[bounds.firstIndex { duration <= .seconds($0) } ?? bounds.count] += 1
        total += duration
    }
}
