// What one pool answers with: kept by the health flow, so that a change in one pool costs the work of one, unless pools are
// nested.

/// A pool, what is known of its members, and what is answered because of it.
public struct ServedPool: Sendable {
    public let definition: PoolDefinition
    /// For each target, for each of its members; for a target that is a pool, one that stands for all of it.
    public let conditions: [[MemberCondition]]
    public var mode: PoolService.Mode { plan.mode }
    let plan: PoolPlan
    /// For each set of targets that somebody prefers; nil if none of them is in service.
    let preferred: [PoolPlan?]

    init(definition: PoolDefinition, conditions: [[MemberCondition]], plan: PoolPlan, preferred: [PoolPlan?]) {
        self.definition = definition
        self.conditions = conditions
        self.plan = plan
        self.preferred = preferred
    }

    /// A pool without nested pools.
    /// - Parameter conditions: for each target, for each of its addresses (or for its host name) what is known of it.
    public init(_ definition: PoolDefinition, _ conditions: [[MemberCondition]]) {
        var planner = PoolPlanner([definition], [conditions])
        self = planner.served(0)
    }

    /// All pools.
    /// - Parameter conditions: for each pool as for `init`; nothing for targets that are pools.
    public static func all(_ definitions: [PoolDefinition], _ conditions: [[[MemberCondition]]]) -> [ServedPool] {
        precondition(definitions.count == conditions.count, "one list of conditions for each pool")
        var planner = PoolPlanner(definitions, conditions)
        return definitions.indices.map { planner.served($0) }
    }
}

/// What a pool's answers are made of at one moment, for people.
public struct ServedAnswers: Codable, Hashable, Sendable {
    public var mode: PoolService.Mode
    /// The pool whose answers are given instead.
    public var substitute: String?
    /// Addresses, or host names, in the order of the configuration.
    public var members: [String]
    /// One for each member, where the policy looks at them.
    public var weights: [UInt32]?
    /// The most seconds that clients may keep an answer, where that is limited.
    public var timeToLiveLimit: UInt32?

    enum CodingKeys: String, CodingKey {
        case mode, substitute, members, weights
        case timeToLiveLimit = "ttl_limit"
    }
}

extension ServedPool {
    /// What is answered with, read back out of what queries see.
    public var answers: ServedAnswers {
        var parts = HealthSnapshot.Builder()
        parts.add(plan)
        let selection = parts.pools[0]
        var answers = ServedAnswers(
            mode: mode, substitute: plan.substitute, members: [], weights: selection.order == .rotation ? nil : [],
            timeToLiveLimit: selection.timeToLiveCap == TimeToLiveCap.none ? nil : selection.timeToLiveCap)
        func add(_ group: HealthSnapshot.Group, _ texts: (HealthSnapshot.Choice) -> [String]) {
            for choice in parts.choices[Int(group.start)..<Int(group.start + group.count)] {
                for text in texts(choice) {
                    answers.members.append(text)
                    answers.weights?.append(choice.weight)
                }
            }
        }
        add(selection.v4) { choice in parts.addresses4[choice.range].map { "\(IPAddress.v4($0))" } }
        add(selection.v6) { choice in parts.addresses6[choice.range].map { "\(IPAddress.v6($0.x, $0.y))" } }
        add(selection.host) { choice in
            (try? DomainName(wire: Array(parts.hosts[choice.range]))).map { ["\($0)"] } ?? []
        }
        return answers
    }
}

extension HealthSnapshot.Choice {
    fileprivate var range: Range<Int> { Int(start)..<Int(start + count) }
}

extension HealthSnapshot {
    /// Lays the pools' answers out beside each other.
    public init(_ pools: [ServedPool]) {
        var builder = Builder()
        for pool in pools { builder.add(pool.plan) }
        for (number, pool) in pools.enumerated() { builder.addPreferred(of: pool, number: number) }
        if pools.contains(where: { $0.plan.substitute != nil }) { builder.substitute(pools) }
        self.init(builder)
    }
}

extension HealthSnapshot.Builder {
    /// Puts the answers of backups in the place of those that they stand in for.
    fileprivate mutating func substitute(_ pools: [ServedPool]) {
        let numbers = Dictionary(
            pools.enumerated().map { ($1.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
        let selections = self.pools
        for index in pools.indices where pools[index].plan.substitute != nil {
            // By its backup, by that one's backup, and so on. Each pool is asked once, so a circle, which the configuration
            // does not allow, would end too.
            var next = index
            for _ in pools.indices {
                guard let name = pools[next].plan.substitute, let number = numbers[name] else { break }
                next = number
            }
            var selection = selections[next]
            selection.timeToLiveCap = min(selection.timeToLiveCap, TimeToLiveCap.uncertain)
            self.pools[index] = selection
        }
    }
}
