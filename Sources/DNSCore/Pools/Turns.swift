// Whose turn it is under `weighted`. Each pool's answers walk through the fractions of the golden ratio, 0, φ, 2φ, …
// modulo 1, of all sequences the one that fills every interval most evenly: of N answers a target with the share s gets
// N * s but for a few, however large N is and whatever the weights are. Random draws would be off by the root of N, and a
// sequence worked out beforehand would need as many places as the weights add up to.

/// One worker's place in the sequence of each pool and kind of record: nothing is shared, so nothing is waited for. Each
/// worker's answers have the right shares, and so have all of them together.
@safe
struct Turns: ~Copyable, @unchecked Sendable {
    /// Marked place: memory with an address of its own is not copied when one of its numbers changes.
    private let points: UnsafeMutablePointer<UInt64>

    /// Room for 1,024 pools, 64 KB. More pools share places, which costs them evenness but not their shares.
    private static var capacity: Int { 8192 }
    /// 2^64 divided by the golden ratio, odd.
    private static var step: UInt64 { 0x9e37_79b9_7f4a_7c15 }

    /// - Parameter random: where the sequences start, or workers would go in step.
    init(startingAt random: inout RandomSource) {
        unsafe points = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity { unsafe (points + index).initialize(to: random.next()) }
    }

    deinit { unsafe points.deallocate() }

    /// The next number of a pool, from 0 up to and without `bound`.
    @inline(__always)
    mutating func next(pool: Int, _ use: Rotation.Use, below bound: UInt32) -> UInt32 {
        let index = Rotation.index(pool: pool, use) & (Self.capacity - 1)
        let point = unsafe points[index]
        unsafe points[index] = point &+ Self.step
        return UInt32(truncatingIfNeeded: ((point >> 32) &* UInt64(bound)) >> 32)
    }
}
