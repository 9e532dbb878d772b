// The last probes of one check of one address, as a line to be drawn.

/// How long each of the last probes took, and which of them failed.
public struct LatencyTrail: Sendable {
    public static let capacity = 40

    /// Milliseconds; below 0 where the probe failed. A ring, its oldest at `next` once it is full.
    private var ring = InlineArray<40, Float>(repeating: 0)
    private var next: UInt8 = 0
    private var count: UInt8 = 0

    public init() {}

    /// - Parameter milliseconds: nil for a probe that failed.
    mutating func add(_ milliseconds: Double?) {
        ring[Int(next)] = milliseconds.map { Float($0) } ?? -1
        next = UInt8((Int(next) + 1) % Self.capacity)
        count = UInt8(min(Int(count) + 1, Self.capacity))
    }

    /// In milliseconds, oldest first; nil for those that failed.
    public var latencies: [Double?] {
        let oldest = Int(count) == Self.capacity ? Int(next) : 0
        return (0..<Int(count)).map { place in
            let value = ring[(oldest + place) % Self.capacity]
            return value < 0 ? nil : Double(value)
        }
    }
}
