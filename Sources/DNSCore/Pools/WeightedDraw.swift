// Drawing without replacement, in proportion to weight.

/// Draws choices of a group one after the other.
struct WeightedDraw {
    private let group: HealthSnapshot.Group
    private var weightLeft: UInt64
    /// Bit `n`: choice `n` of the group was drawn. A pool has at most 64 targets.
    private var drawn: UInt64 = 0

    init(_ group: HealthSnapshot.Group) {
        self.group = group
        weightLeft = group.totalWeight
    }

    /// The next choice; nil when those left have no weight.
    mutating func next(_ health: borrowing HealthSnapshot, _ random: inout RandomSource) -> Int? {
        guard weightLeft > 0 else { return nil }
        var point = random.next(below: weightLeft)
        for offset in 0..<UInt64(group.count) where drawn >> offset & 1 == 0 {
            let index = Int(group.start) + Int(offset)
            let weight = UInt64(health.choices[index].weight)
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
