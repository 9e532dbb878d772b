// Weighted rendezvous hashing (highest random weight): each target draws a number for each client, and the lowest one
// wins. Nothing but the client, the target's name and its weight counts, so when a target leaves only its clients move,
// when one joins only the clients move that it gets, and all servers with the same configuration choose alike.

/// What a target draws with.
struct Affinity: BitwiseCopyable, Sendable {
    /// Stands for the target's name.
    var key: UInt64
    /// 1 divided by the weight; infinite for weight 0.
    var inverseWeight: Double

    init(key: UInt64, weight: Double) {
        self.key = key
        inverseWeight = 1 / weight
    }

    /// The key of a name; of a target in a nested pool with the key of the name that it goes by in the outer pool.
    static func key(_ name: String, within outer: UInt64 = 0) -> UInt64 {
        // FNV-1a, with the finalizer of `mix` to spread it.
        mix(name.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ outer) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    }

    /// Spreads each bit over all of them.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// The number that the target draws for a client: exponentially distributed with its weight as rate, so it is the
    /// lowest of all in proportion to the weight.
    @inline(__always)
    func draw(for client: UInt64) -> Double { Self.logarithm(Self.mix(client ^ key)) * inverseWeight }

    /// -log2 of a number that is taken as a fraction of 2^64, to 2 * 10^-6. Own arithmetic, because all servers must come
    /// to the same result to the last bit.
    @inline(__always)
    private static func logarithm(_ value: UInt64) -> Double {
        let value = value | 1
        let zeros = value.leadingZeroBitCount
        // The fraction is mantissa * 2^(-1 - zeros), the mantissa from 1 up to 2.
        let mantissa = Double(bitPattern: ((value << UInt64(zeros)) << 1) >> 12 | 0x3ff0_0000_0000_0000)
        let term = (mantissa - 1) / (mantissa + 1)
        let square = term * term
        let series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9))))
        let twoByLn2 = 2.885_390_081_777_927
        return Double(1 + zeros) - twoByLn2 * term * series
    }
}

/// The choices of a group in the order in which one client prefers them.
struct StickyOrder {
    private let group: HealthSnapshot.Group
    let client: UInt64
    private var last = -1.0
    private var lastIndex = -1

    init(_ group: HealthSnapshot.Group, client: UInt64) {
        self.group = group
        self.client = client
    }

    /// The next choice; nil if those left have no weight.
    mutating func next(_ health: borrowing HealthSnapshot) -> Int? {
        var best = Double.infinity
        var bestIndex = -1
        for index in Int(group.start)..<Int(group.start &+ group.count) {
            let drawn = health.affinities[index].draw(for: client)
            let isAfter = drawn > last || drawn == last && index > lastIndex
            if isAfter, drawn < best { (best, bestIndex) = (drawn, index) }
        }
        guard bestIndex >= 0 else { return nil }
        (last, lastIndex) = (best, bestIndex)
        return bestIndex
    }
}
