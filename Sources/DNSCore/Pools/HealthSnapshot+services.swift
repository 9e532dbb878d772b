// What SRV records are made of: targets that have a name, with priorities and weights of 16 bits (RFC 2782).

extension HealthSnapshot.Builder {
    /// Adds a plan's services, the lowest priority first.
    mutating func addServices(of plan: PoolPlan) {
        // Each name once (RFC 2181 §5), also if several nested pools have it.
        var names = Set<DomainName>()
        let named = plan.serviceLeaves.prefix(PoolDefinition.maximumTargets).filter { leaf in
            leaf.target.serviceName.map { names.insert($0).inserted } ?? false
        }
        guard !named.isEmpty else { return }
        let weights = Self.weights(named)
        let first = services.count
        for (leaf, weight) in zip(named, weights) where weight > 0 || Self.hasZerosOnly(leaf.priority, named) {
            guard let name = leaf.target.serviceName else { continue }
            let (v4, v6, host) = (append(leaf, .v4), append(leaf, .v6), append(name))
            serviceTargets.append(leaf.targets)
            services.append(
                HealthSnapshot.Service(
                    priority: UInt16(clamping: leaf.priority), weight: weight,
                    affinity: Affinity(key: leaf.key, weight: max(leaf.steadyWeight, .leastNormalMagnitude)),
                    host: Self.run(host), v4: Self.run(v4), v6: Self.run(v6)))
        }
        // The order of the file among equals: sorting arrays is stable.
        services[first...].sort { $0.priority < $1.priority }
    }

    private static func run(_ run: (start: UInt32, count: UInt32)) -> HealthSnapshot.Choice {
        HealthSnapshot.Choice(weight: 0, end: 0, start: run.start, count: run.count)
    }

    /// Weights that fit 16 bits, in the same proportion.
    private static func weights(_ leaves: [PoolPlan.Leaf]) -> [UInt16] {
        let weights = integers(leaves.map(\.weight))
        let largest = weights.max() ?? 0
        guard largest > UInt16.max else { return weights.map { UInt16($0) } }
        let factor = Double(UInt16.max) / Double(largest)
        return weights.map { $0 == 0 ? 0 : max(1, UInt16((Double($0) * factor).rounded())) }
    }

    /// To clients weight 0 means "rarely" beside others (RFC 2782), to us "never"; so such targets stay away unless all
    /// of their priority have it.
    private static func hasZerosOnly(_ priority: Int, _ leaves: [PoolPlan.Leaf]) -> Bool {
        leaves.allSatisfy { $0.priority != priority || $0.weight == 0 }
    }
}

extension TargetDefinition {
    /// What SRV records call it.
    public var serviceName: DomainName? {
        if let ownName { return ownName }
        if case .host(let host) = endpoint { return host.name }
        return nil
    }
}
