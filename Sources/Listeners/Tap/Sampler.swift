// A share of the queries, each taken by chance and for itself, at the price of a subtraction for those that are not: the
// number of queries between two that are taken has a geometric distribution.

import DNSCore
import Glibc

/// Chooses queries for the query log.
struct Sampler {
    /// 1 / ln(1 - share); nil to take all.
    private let scale: Double?
    private var random: RandomSource
    private var skips: UInt64 = 0

    /// - Parameter share: of the queries, above 0 and up to 1.
    init(share: Double, seed: UInt64) {
        scale = share < 1 ? 1 / log1p(-share) : nil
        random = RandomSource(seed: seed)
        skips = nextSkips()
    }

    /// Whether this query is taken.
    @inline(__always)
    mutating func takes() -> Bool {
        guard skips == 0 else {
            skips -= 1
            return false
        }
        skips = nextSkips()
        return true
    }

    private mutating func nextSkips() -> UInt64 {
        guard let scale else { return 0 }
        // Not 0, whose logarithm is infinite.
        let chance = (Double(random.next() >> 11) + 1) / Double(1 << 53)
        return UInt64(min(log(chance) * scale, 1e15))
    }
}
