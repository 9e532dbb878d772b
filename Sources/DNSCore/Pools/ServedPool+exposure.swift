// Which targets answers can contain, and for how long clients may keep these: for whoever wants to stop one.

extension ServedPool {
    /// The targets that an answer of this pool alone can contain. Who has no weight where weights count is in none.
    var exposedTargets: Set<TargetKey> {
        var exposed = Set<TargetKey>()
        for selection in parts.pools {
            for group in [selection.v4, selection.v6, selection.host] {
                for index in Int(group.start)..<Int(group.start + group.count)
                where selection.order == .rotation || parts.choices[index].weight > 0 {
                    exposed.formUnion(parts.choiceTargets[index])
                }
            }
        }
        for targets in parts.serviceTargets { exposed.formUnion(targets) }
        return exposed
    }

    /// The targets that an answer of `pools[number]` can contain, and the most seconds that its state lets clients keep
    /// it, whatever the TTL of the record is.
    public static func exposure(
        of number: Int, in pools: [ServedPool]
    ) -> (targets: Set<TargetKey>, timeToLiveLimit: UInt32) {
        var pool = pools[number]
        var limit = pool.parts.pools[0].timeToLiveCap
        // As `HealthSnapshot` puts backups in: each pool is asked once.
        for _ in pools.indices {
            guard let name = pool.substitute, let next = pools.first(where: { $0.definition.name == name }) else {
                break
            }
            pool = next
            limit = min(pool.parts.pools[0].timeToLiveCap, TimeToLiveCap.uncertain)
        }
        return (pool.exposedTargets, limit)
    }
}
