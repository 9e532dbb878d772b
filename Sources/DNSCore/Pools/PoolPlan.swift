// What one pool answers with at this moment, nested pools dissolved: leaves that have addresses or a host name
// themselves, with their shares of the answers. Made when health changes, so that a query meets no pool in a pool.

/// A pool's policy over whoever is in service.
struct PoolPlan: Sendable {
    var order: HealthSnapshot.Order
    /// The most addresses in an answer.
    var answers: Int
    /// The most SRV records in an answer.
    var serviceAnswers: Int
    /// Who is answered with as an address.
    var leaves: [Leaf]
    /// Who is answered with as an SRV record: targets of all tiers, as their priorities tell clients whom to try first.
    var serviceLeaves: [Leaf]
    /// What all leaves would weigh together if all were in service.
    var configuredWeight: Double
    var timeToLiveCap = TimeToLiveCap.none
    /// What is known of the pool as a target of another.
    var condition: MemberCondition
    var mode = PoolService.Mode.normal
    /// For each target, for each of its members; a target that is a pool has one.
    var rules: [[ServiceRule]] = []
    /// The same of SRV records, which have targets of all tiers.
    var serviceRules: [[ServiceRule]] = []
    /// What each weighs, times `weightScale`.
    var weights: [[UInt32]] = []
    var weightScale: UInt32 = 1
    /// Why `timeToLiveCap` is what it is.
    var timeToLiveRule = TimeToLiveRule.none
    /// The pool whose answers are given instead.
    var substitute: String?

    /// A target with an endpoint of its own.
    struct Leaf: Sendable {
        /// The number of the pool that it is a target of.
        var pool: Int
        var target: TargetDefinition
        /// For each of its addresses, or its host name, whether it is answered with.
        var members: [Bool]
        /// Relative to the other leaves in service.
        var weight: Double
        /// Relative to all leaves that the pool could have in service: does not change when others leave.
        var steadyWeight: Double
        /// Lowest first.
        var priority: Int
        /// Stands for its name in rendezvous hashing.
        var key: UInt64
        /// The target, and the targets that stand for the pools that it is nested in, from the inside out. None for a
        /// backup.
        var targets: [TargetKey] = []
    }

    /// A pool that is not there, or in a circle: nobody.
    static var none: PoolPlan {
        PoolPlan(
            order: .rotation, answers: 1, serviceAnswers: 1, leaves: [], serviceLeaves: [], configuredWeight: 0,
            timeToLiveCap: TimeToLiveCap.none, condition: MemberCondition(.down))
    }
}

extension PoolPlan {
    /// - Parameters:
    ///   - number: the pool's.
    ///   - conditions: those of nested pools filled in.
    ///   - children: the plans of the targets that are pools, by target.
    init(
        _ pool: PoolDefinition, number: Int, _ conditions: [[MemberCondition]], _ children: [Int: PoolPlan]
    ) {
        let decision = ServiceDecision(pool, conditions)
        let dissolver = Dissolver(pool: pool, number: number, children: children)
        leaves = dissolver.leaves(of: decision, \.leaves)
        let services = decision.ofAllTiers
        serviceLeaves = dissolver.leaves(of: services, \.serviceLeaves)
        serviceRules = services.rules
        configuredWeight = dissolver.configuredWeight(decision)
        let inService = pool.targets.indices.filter { decision.isInService[$0].contains(true) }
        let only = inService.count == 1 ? children[inService[0]] : nil
        (order, answers) = Self.order(pool, inService.compactMap { children[$0] }, only: only)
        serviceAnswers = pool.answers ?? PoolDefinition.maximumAnswers
        rules = decision.rules
        weights = decision.service.weights
        weightScale = decision.service.weightScale
        condition = Self.condition(decision, conditions)
        mode = decision.service.mode
        if mode == .backup { answerWithBackup(of: pool, number: number) }
        limit(to: decision.service.timeToLive, decision.service.timeToLive.seconds)
    }

    /// Limits the TTL by what the pool's state allows, and by how long the addresses of host names are good.
    mutating func limit(to rule: TimeToLiveRule, _ seconds: UInt32) {
        let ofHosts = addressTimeToLive
        (timeToLiveRule, timeToLiveCap) = ofHosts < seconds ? (.hostAddresses, ofHosts) : (rule, seconds)
    }

    /// Puts the pool's own backup in the place of its targets; all of it is answered with.
    private mutating func answerWithBackup(of pool: PoolDefinition, number: Int) {
        let instead: [TargetDefinition]
        switch pool.service.backup {
        case .addresses(let addresses):
            instead = addresses.map { TargetDefinition(name: "", endpoint: .addresses([$0])) }
        case .host(let name): instead = [TargetDefinition(name: "", endpoint: .host(HostEndpoint(name)))]
        case .pool(let name):
            substitute = name
            return
        case nil: return
        }
        order = .rotation
        answers = pool.answers ?? PoolDefinition.maximumAnswers
        leaves = instead.map {
            Leaf(pool: number, target: $0, members: [true], weight: 1, steadyWeight: 1, priority: 0, key: 0)
        }
    }

    /// Where one nested pool is all there is, its own policy counts. Where there are several, and one has another policy
    /// than rotation, rotation cannot keep to the shares in it, but weights can.
    private static func order(
        _ pool: PoolDefinition, _ children: [PoolPlan], only: PoolPlan?
    ) -> (HealthSnapshot.Order, answers: Int) {
        switch pool.policy {
        case .weighted: return (.weight, pool.answers ?? 1)
        case .sticky: return (.client, pool.answers ?? 1)
        case .roundRobin, .failover:
            if let only { return (only.order, pool.answers ?? only.answers) }
            let isEven = children.allSatisfy { $0.order == .rotation }
            return (isEven ? .rotation : .weight, pool.answers ?? PoolDefinition.maximumAnswers)
        }
    }

    private static func condition(_ decision: ServiceDecision, _ conditions: [[MemberCondition]]) -> MemberCondition {
        let isChanging = conditions.joined().contains { $0.isChanging }
        let inService = zip(decision.isInService.joined(), conditions.joined()).filter { $0.0 }.map {
            $0.1.effectiveState
        }
        let state: HealthState =
            !decision.isServing
            ? .down
            : inService.contains(.unknown) ? .unknown : inService.contains(.up) ? .up : .degraded
        return MemberCondition(state, isChanging: isChanging)
    }
}

extension ServiceDecision {
    /// Whether anybody is in service by right, and not because nobody is.
    fileprivate var isServing: Bool { service.mode == .normal && isInService.contains { $0.contains(true) } }

    /// The weight of a target relative to the pool's others: that of its heaviest member, of those in service if any is.
    fileprivate func weight(of target: Int) -> Double {
        let weights = service.weights[target]
        let inService = zip(weights, isInService[target]).filter(\.1).map(\.0).max()
        return Double(inService ?? weights.max() ?? 0)
    }
}

/// Replaces targets that are pools by the leaves that these have.
private struct Dissolver {
    let pool: PoolDefinition
    let number: Int
    let children: [Int: PoolPlan]

    /// The leaves of the targets in service.
    /// - Parameter part: which leaves of nested pools.
    func leaves(of decision: ServiceDecision, _ part: KeyPath<PoolPlan, [PoolPlan.Leaf]>) -> [PoolPlan.Leaf] {
        var leaves: [PoolPlan.Leaf] = []
        leaves.reserveCapacity(pool.targets.count)
        for (index, target) in pool.targets.enumerated() where decision.isInService[index].contains(true) {
            let weight = decision.weight(of: index)
            let key = Affinity.key(target.name)
            if case .pool = target.endpoint {
                if let child = children[index] { leaves += nested(child, part, weight, target, key) }
            } else {
                leaves.append(
                    PoolPlan.Leaf(
                        pool: number, target: target, members: decision.isInService[index], weight: weight,
                        steadyWeight: weight, priority: target.tier, key: key,
                        targets: [TargetKey(pool: pool.name, target: target.name)]))
            }
        }
        return leaves
    }

    /// The leaves of a nested pool, which have the pool's weight together.
    private func nested(
        _ child: PoolPlan, _ part: KeyPath<PoolPlan, [PoolPlan.Leaf]>, _ weight: Double, _ target: TargetDefinition,
        _ key: UInt64
    ) -> [PoolPlan.Leaf] {
        let leaves = child[keyPath: part]
        let sum = leaves.reduce(0) { $0 + $1.weight }
        return leaves.map { leaf in
            var leaf = leaf
            leaf.weight = sum > 0 ? weight * leaf.weight / sum : weight / Double(leaves.count)
            leaf.steadyWeight =
                child.configuredWeight > 0 ? weight * leaf.steadyWeight / child.configuredWeight : leaf.weight
            leaf.priority = min(Int(UInt16.max), target.tier << 8 + leaf.priority)
            leaf.targets.append(TargetKey(pool: pool.name, target: target.name))
            leaf.key = Affinity.mix(key ^ leaf.key &* 3)
            return leaf
        }
    }

    /// Of a pool with tiers, those that are answered with count.
    func configuredWeight(_ decision: ServiceDecision) -> Double {
        let tiers = Set(
            pool.targets.indices.filter { decision.isInService[$0].contains(true) }.map { pool.targets[$0].tier })
        return pool.targets.indices.reduce(0) { sum, index in
            let counts = pool.policy != .failover || tiers.contains(pool.targets[index].tier)
            return sum + (counts ? decision.weight(of: index) : 0)
        }
    }
}
