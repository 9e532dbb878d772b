// Plans all pools, the nested ones before those that they are in.

/// What is known of all pools, and the plans made so far.
struct PoolPlanner {
    private let definitions: [PoolDefinition]
    /// Those of targets that are pools filled in, as far as plans were made.
    private(set) var conditions: [[[MemberCondition]]]
    private var plans: [PoolPlan?]
    /// The pools by name, if any is nested.
    private var numbers: [String: Int] = [:]

    init(_ definitions: [PoolDefinition], _ conditions: [[[MemberCondition]]]) {
        self.definitions = definitions
        self.conditions = conditions
        plans = Array(repeating: nil, count: definitions.count)
        if definitions.contains(where: \.hasNestedPools) {
            for (number, pool) in definitions.enumerated() { numbers[pool.name] = number }
        }
    }

    /// The plan of a pool.
    mutating func plan(_ number: Int) -> PoolPlan {
        if let plan = plans[number] { return plan }
        // The configuration allows no circle, but a reload that failed for some zones may leave one.
        plans[number] = PoolPlan.none
        let children = children(of: number)
        for (target, child) in children {
            var condition = child.condition
            // What an operator has set for the pool as a target of this one.
            condition.override = conditions[number][target].first?.override
            condition.weight = conditions[number][target].first?.weight
            conditions[number][target] = [condition]
        }
        let plan = PoolPlan(definitions[number], number: number, conditions[number], children)
        plans[number] = plan
        return plan
    }

    private mutating func children(of number: Int) -> [Int: PoolPlan] {
        var children: [Int: PoolPlan] = [:]
        for (index, target) in definitions[number].targets.enumerated() {
            guard case .pool(let nested) = target.endpoint else { continue }
            children[index] = numbers[nested.name].map { plan($0) } ?? PoolPlan.none
        }
        return children
    }

    /// The plans for clients that prefer some targets, for each set of these; nil where none is in service.
    mutating func preferred(_ number: Int) -> [PoolPlan?] {
        definitions[number].preferences.choices.map { plan(number, preferring: $0) }
    }

    /// The plan for clients that prefer some targets; nil if none of these is in service.
    private mutating func plan(_ number: Int, preferring targets: Set<String>) -> PoolPlan? {
        let base = plan(number)
        // Where the operator wants another answer than the pool's targets, nobody's preference counts.
        guard base.mode == .normal || base.mode == .failOpen || base.mode == .lastKnown else { return nil }
        var pool = definitions[number]
        pool.service.minimumHealthy = .count(1)
        pool.service.whenAllDown = .closed
        let children = children(of: number)
        var preferred = conditions[number]
        for (index, target) in pool.targets.enumerated() where !targets.contains(target.name) {
            preferred[index] = preferred[index].map { _ in MemberCondition(.down) }
        }
        var plan = PoolPlan(pool, number: number, preferred, children)
        guard plan.condition.state != .down else { return nil }
        plan.limit(to: base.timeToLiveRule, base.timeToLiveCap)
        plan.addServices(of: base)
        plan.leave(to: targets, of: pool, base)
        return plan
    }
}

extension PoolPlan {
    /// Says of all others that they are not preferred, unless they would not have been answered with anyway.
    fileprivate mutating func leave(to targets: Set<String>, of pool: PoolDefinition, _ base: PoolPlan) {
        for (index, target) in pool.targets.enumerated() where !targets.contains(target.name) {
            rules[index] = base.rules[index].map { $0.isKept ? .notPreferred : $0 }
            // Clients fall back to them.
            serviceRules[index] = base.serviceRules[index]
        }
    }

    /// Adds the SRV records of who is not preferred, for clients to fall back to.
    fileprivate mutating func addServices(of base: PoolPlan) {
        let preferred = Set(serviceLeaves.map(\.key))
        let after = (serviceLeaves.map(\.priority).max() ?? 0) + 1
        for leaf in base.serviceLeaves where !preferred.contains(leaf.key) {
            var leaf = leaf
            leaf.priority = min(Int(UInt16.max), leaf.priority + after)
            serviceLeaves.append(leaf)
        }
    }
}

extension PoolDefinition {
    /// Whether one of its targets is a pool.
    public var hasNestedPools: Bool {
        targets.contains { if case .pool = $0.endpoint { true } else { false } }
    }
}

extension HealthSnapshot {
    /// What is known of all members, with the conditions of targets that are pools filled in: one for each.
    /// - Parameter conditions: as for `init(pools:conditions:)`.
    public static func conditions(
        of definitions: [PoolDefinition], _ conditions: [[[MemberCondition]]]
    ) -> [[[MemberCondition]]] {
        guard definitions.contains(where: \.hasNestedPools) else { return conditions }
        return ServedPool.all(definitions, conditions).map(\.conditions)
    }
}
