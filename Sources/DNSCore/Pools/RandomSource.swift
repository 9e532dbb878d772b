// Random numbers for weighted answers. Not for secrets: only the shares of many answers matter.

/// SplitMix64: one addition and two multiplications a number, and any seed will do.
public struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    @inline(__always)
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// A number from 0 up to and without `bound`, which is at most 2^32.
    @inline(__always)
    mutating func next(below bound: UInt64) -> UInt64 {
        // The bias of the product is below 2^-32.
        ((next() >> 32) &* bound) >> 32
    }
}
