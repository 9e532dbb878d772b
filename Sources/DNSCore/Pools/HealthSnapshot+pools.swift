// The snapshot of many pools: all laid out anew, or, where few have changed, what there was with these replaced. So what a
// verdict costs hardly grows with the number of pools.

extension HealthSnapshot {
    /// Lays the pools' answers out beside each other.
    public init(_ pools: [ServedPool]) {
        var builder = Builder()
        builder.pools.reserveCapacity(pools.count)
        builder.reserve(for: pools)
        for pool in pools { builder.append(pool.parts) }
        for pool in pools.indices where pools[pool].parts.pools.count > 1 {
            builder.appendPreferred(of: pools[pool].parts, number: pool)
        }
        if pools.contains(where: { $0.substitute != nil }) { builder.substitute(pools) }
        self.init(builder)
    }

    /// The same, made of `former`, the snapshot of `formerPools`, where that is less work.
    init(_ pools: [ServedPool], after former: borrowing HealthSnapshot, of formerPools: [ServedPool]) {
        guard let changed = former.replaceable(formerPools, by: pools) else {
            self.init(pools)
            return
        }
        var builder = Builder(former)
        builder.reserve(for: changed.lazy.map { pools[$0] })
        for pool in changed { builder.replace(pool, by: pools[pool].parts) }
        // As much of no use as of use.
        guard builder.size <= 2 * former.wholeSize else {
            self.init(pools)
            return
        }
        self.init(builder)
    }

    /// Which of `pools` are not the former ones; nil if all must be laid out anew, as many are, or as a change of one
    /// concerns others.
    private borrowing func replaceable(_ former: [ServedPool], by pools: [ServedPool]) -> [Int]? {
        guard !pools.isEmpty, former.count == pools.count, !hasSubstitutes else { return nil }
        let changed = pools.indices.filter { pools[$0] !== former[$0] }
        guard changed.count <= pools.count / 2 else { return nil }
        let areAlike = changed.allSatisfy { index in
            pools[index].substitute == nil
                && pools[index].definition.preferences == former[index].definition.preferences
        }
        return areAlike ? changed : nil
    }
}

extension HealthSnapshot.Builder {
    /// Puts the answers of backups in the place of those that they stand in for.
    fileprivate mutating func substitute(_ pools: [ServedPool]) {
        hasSubstitutes = true
        let numbers = Dictionary(
            pools.enumerated().map { ($1.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
        let selections = self.pools
        for index in pools.indices where pools[index].substitute != nil {
            // By its backup, by that one's backup, and so on. Each pool is asked once, so a circle, which the configuration
            // does not allow, would end too.
            var next = index
            for _ in pools.indices {
                guard let name = pools[next].substitute, let number = numbers[name] else { break }
                next = number
            }
            var selection = selections[next]
            // What is said is why it stands in.
            selection.noteStart = selections[index].noteStart
            selection.noteLength = selections[index].noteLength
            selection.timeToLiveCap = min(selection.timeToLiveCap, TimeToLiveCap.uncertain)
            self.pools[index] = selection
        }
    }
}
