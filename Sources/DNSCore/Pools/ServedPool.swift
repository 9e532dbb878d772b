// What one pool answers with: kept by the health flow, so that a change in one pool costs the work of one, unless pools are
// nested.

/// A pool, what is known of its members, and what is answered because of it. Immutable; a class, so that thousands of
/// them are handed on at the price of one count each.
public final class ServedPool: Sendable {
    public let definition: PoolDefinition
    /// For each target, for each of its members; for a target that is a pool, one that stands for all of it.
    public let conditions: [[MemberCondition]]
    public let mode: PoolService.Mode
    /// The pool whose answers are given instead.
    let substitute: String?
    /// As if there were no other pools.
    let parts: HealthSnapshot.Builder

    /// - Parameter preferred: for each set of targets that somebody prefers; nil if none of them is in service.
    init(
        definition: PoolDefinition, conditions: [[MemberCondition]], faults: [[String?]], plan: PoolPlan,
        preferred: [PoolPlan?]
    ) {
        self.definition = definition
        self.conditions = conditions
        mode = plan.mode
        substitute = plan.substitute
        var parts = HealthSnapshot.Builder()
        parts.add(plan)
        parts.add(PoolNote(definition, conditions, plan, faults: faults))
        parts.addPreferred(preferred, of: definition)
        self.parts = parts
    }

    /// A pool without nested pools.
    /// - Parameters:
    ///   - conditions: for each target, for each of its addresses (or for its host name) what is known of it.
    ///   - faults: in the same order, what is wrong with it in a few words.
    public convenience init(
        _ definition: PoolDefinition, _ conditions: [[MemberCondition]], faults: [[String?]] = []
    ) {
        var planner = PoolPlanner([definition], [conditions])
        let plan = planner.plan(0)
        self.init(
            definition: definition, conditions: planner.conditions[0], faults: faults, plan: plan,
            preferred: planner.preferred(0))
    }

    /// All pools.
    /// - Parameters:
    ///   - conditions: for each pool as for `init`; for targets that are pools nothing, or what operators have set.
    ///   - faults: the same.
    public static func all(
        _ definitions: [PoolDefinition], _ conditions: [[[MemberCondition]]], faults: [[[String?]]] = []
    ) -> [ServedPool] {
        precondition(definitions.count == conditions.count, "one list of conditions for each pool")
        var planner = PoolPlanner(definitions, conditions)
        return definitions.indices.map { number in
            let plan = planner.plan(number)
            return ServedPool(
                definition: definitions[number], conditions: planner.conditions[number],
                faults: number < faults.count ? faults[number] : [], plan: plan, preferred: planner.preferred(number))
        }
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
        let selection = parts.pools[0]
        var answers = ServedAnswers(
            mode: mode, substitute: substitute, members: [], weights: selection.order == .rotation ? nil : [],
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
