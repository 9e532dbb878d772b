// What one pool answers with, by itself: kept by the health flow, so that a change in one pool costs the work of one.

/// A pool, what is known of its members, and what is answered because of it. Immutable; a class, so that thousands of
/// them are handed on at the price of one count each.
public final class ServedPool: Sendable {
    public let definition: PoolDefinition
    /// For each target, for each of its members.
    public let conditions: [[MemberCondition]]
    public let mode: PoolService.Mode
    /// As if there were no other pools.
    let selection: HealthSnapshot.Selection
    let parts: HealthSnapshot.Builder
    /// The pool whose answers are given instead.
    let substitute: String?

    /// - Parameter conditions: for each target, for each of its addresses (or for its host name) what is known of it.
    public init(_ definition: PoolDefinition, _ conditions: [[MemberCondition]]) {
        self.definition = definition
        self.conditions = conditions
        var builder = HealthSnapshot.Builder()
        (selection, mode) = builder.select(definition, conditions)
        parts = builder
        if mode == .backup, case .pool(let name) = definition.service.backup {
            substitute = name
        } else {
            substitute = nil
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
    /// What the selection holds, read back out of it.
    public var answers: ServedAnswers {
        var answers = ServedAnswers(
            mode: mode, substitute: substitute, members: [], weights: selection.isWeighted ? [] : nil,
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
        var parts = Builder(roomFor: pools)
        var selections: [Selection] = []
        selections.reserveCapacity(pools.count)
        var replaced: [Int] = []
        for (index, pool) in pools.enumerated() {
            selections.append(parts.append(pool.parts, pool.selection))
            if pool.substitute != nil { replaced.append(index) }
        }
        let numbers = replaced.isEmpty ? [:] : Self.numbers(of: pools)
        let own = selections
        for index in replaced { selections[index] = Self.substitution(for: index, pools, numbers, own) }
        self.init(selections, parts)
    }

    private static func numbers(of pools: [ServedPool]) -> [String: Int] {
        Dictionary(pools.enumerated().map { ($1.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is answered instead of a pool: by its backup, by that one's backup, and so on. Each pool is asked once, so a
    /// circle, which the configuration does not allow, would end too.
    private static func substitution(
        for index: Int, _ pools: [ServedPool], _ numbers: [String: Int], _ selections: [Selection]
    ) -> Selection {
        var next = index
        for _ in pools.indices {
            guard let name = pools[next].substitute, let number = numbers[name] else { break }
            next = number
        }
        var selection = selections[next]
        selection.timeToLiveCap = min(selection.timeToLiveCap, TimeToLiveCap.uncertain)
        return selection
    }
}
