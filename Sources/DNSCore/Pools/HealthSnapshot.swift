// Who is in service, in the form that answers are made of: flat, immutable arrays, built anew when a state changes and
// shared by all workers. Built by the health flow, read by the query flow.

/// The members that each pool answers with at this moment.
public struct HealthSnapshot: ~Copyable, Sendable {
    let pools: [Selection]
    /// Groups that are chosen or ranked together: a target's addresses of one family.
    let choices: [Choice]
    let addresses4: [UInt32]
    let addresses6: [SIMD2<UInt64>]
    /// Targets that are host names: their uncompressed wire form one after the other.
    let hosts: StoredOctets

    /// What one pool answers with.
    struct Selection: BitwiseCopyable, Sendable {
        var isWeighted: Bool
        /// Addresses and hosts cannot be answered with: SERVFAIL.
        var fails: Bool
        /// 1 to `PoolDefinition.maximumAnswers`.
        var answers: UInt8
        var timeToLiveCap: UInt32
        var v4: Group
        var v6: Group
        var host: Group
    }

    /// A run of `choices`, and what they add up to.
    struct Group: BitwiseCopyable, Sendable {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var totalWeight: UInt64 = 0
        /// Where the first choice's addresses start, and how many there are in all choices.
        var firstAddress: UInt32 = 0
        var addressCount: UInt32 = 0
    }

    struct Choice: BitwiseCopyable, Sendable {
        var weight: UInt32
        /// Into `addresses4`, `addresses6` or `hosts` (there in octets).
        var start: UInt32
        var count: UInt32
    }

    /// Builds the snapshot of `pools`.
    /// - Parameter conditions: for each pool, for each of its targets, for each of that target's addresses (or for its
    ///   host name) what is known of it.
    public init(pools definitions: [PoolDefinition], conditions: [[[MemberCondition]]]) {
        precondition(definitions.count == conditions.count, "one list of conditions for each pool")
        self.init(zip(definitions, conditions).map { ServedPool($0, $1) })
    }

    init(_ selections: [Selection], _ parts: Builder) {
        pools = selections
        choices = parts.choices
        addresses4 = parts.addresses4
        addresses6 = parts.addresses6
        hosts = StoredOctets(parts.hosts)
    }

    /// The snapshot in which everything has the state `unknown`.
    public init(unprobed definitions: [PoolDefinition]) {
        self.init(
            pools: definitions,
            conditions: definitions.map { pool in
                pool.targets.map { Array(repeating: MemberCondition(.unknown), count: $0.memberCount) }
            })
    }
}

extension TargetDefinition {
    /// How many members it is probed and answered as: one for each address, or one host name.
    public var memberCount: Int {
        switch endpoint {
        case .addresses(let addresses): addresses.count
        case .host: 1
        }
    }
}

/// Which members of a pool are answered with, by the rules of `PoolPolicy` before chance and rotation have their say.
public struct ServiceDecision: Sendable {
    public let service: PoolService
    /// For each target, for each of its members.
    public let isInService: [[Bool]]

    public init(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) {
        service = PoolService(pool, conditions)
        let candidates = service.candidates
        // Fail open serves every tier: nobody knows which one still works.
        guard pool.policy == .failover, service.mode != .failOpen else {
            isInService = candidates
            return
        }
        let tier = zip(pool.targets, candidates).filter { $1.contains(true) }.map(\.0.tier).min()
        isInService = zip(pool.targets, candidates).map { target, members in
            target.tier == tier ? members : members.map { _ in false }
        }
    }
}
