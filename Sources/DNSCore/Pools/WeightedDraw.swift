// Answers of several targets by weight: the first is whose turn it is, so that shares of first places are exact; the
// others are drawn without replacement, in proportion to weight.

/// The choices of a group one after the other.
struct WeightedDraw {
    private let group: HealthSnapshot.Group
    private var weightLeft: UInt32
    /// Bit `n`: choice `n` of the group was drawn. A pool has at most 64 targets.
    private var drawn: UInt64

    /// - Parameter first: the choice that comes first.
    init(_ group: HealthSnapshot.Group, after first: Int, _ health: borrowing HealthSnapshot) {
        self.group = group
        weightLeft = group.totalWeight - health.choices[first].weight
        drawn = 1 << UInt64(first - Int(group.start))
    }

    /// The next choice; nil when those left have no weight.
    mutating func next(_ health: borrowing HealthSnapshot, _ random: inout RandomSource) -> Int? {
        guard weightLeft > 0 else { return nil }
        var point = UInt32(random.next(below: UInt64(weightLeft)))
        for offset in 0..<UInt64(group.count) where drawn >> offset & 1 == 0 {
            let index = Int(group.start) + Int(offset)
            let weight = health.choices[index].weight
            if point < weight {
                drawn |= 1 << offset
                weightLeft -= weight
                return index
            }
            point -= weight
        }
        return nil
    }
}
