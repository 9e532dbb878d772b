// Who is in service, in the form that answers are made of: flat, immutable arrays, built anew when a state changes and
// shared by all workers. Built by the health flow, read by the query flow.

import Synchronization

/// The members that each pool answers with at this moment.
public struct HealthSnapshot: ~Copyable, Sendable {
    /// By the pool's number; behind them those for clients who prefer some targets.
    let pools: [Selection]
    /// Groups that are chosen or ranked together: a target's addresses of one family.
    let choices: [Choice]
    /// For each of `choices` what it draws with; those of pools that are not sticky say nothing.
    let affinities: [Affinity]
    /// What SRV records are made of.
    let services: [Service]
    let addresses4: [UInt32]
    let addresses6: [SIMD2<UInt64>]
    /// Host names: their uncompressed wire form one after the other.
    private let ownedHosts: OwnedOctets
    @inline(__always)
    var hosts: StoredOctets { ownedHosts.octets }
    /// What is to be said of pools that are not as they should be: UTF-8, one after the other.
    private let ownedNotes: OwnedOctets
    @inline(__always)
    var notes: StoredOctets { ownedNotes.octets }
    /// Which selection the clients of some networks have, for all pools that make a difference.
    let preferences: PrefixTable
    /// What it took when all pools were laid out anew, in octets: what was replaced since then is still there.
    let wholeSize: Int
    /// Whether one pool's answers stand in for those of another.
    let hasSubstitutes: Bool
    /// Gives it an address of its own, as the serving image has one: what has none is copied for each query.
    private let anchor = Atomic(false)

    /// How answers are picked.
    enum Order: UInt8, BitwiseCopyable, Sendable {
        /// All in turns, of all workers.
        case rotation
        /// Targets in proportion to weight.
        case weight
        /// Targets in the order that the client's network has for them.
        case client
    }

    /// What a group's choices lead to.
    enum Family { case v4, v6, host }

    /// What one pool answers with.
    struct Selection: BitwiseCopyable, Sendable {
        var order = Order.rotation
        /// Nothing can be answered: SERVFAIL.
        var fails = false
        /// 1 to `PoolDefinition.maximumAnswers`; of addresses, and of SRV records.
        var answers: UInt8 = 1
        var serviceAnswers: UInt8 = 1
        /// Into `notes`; nothing to say if the length is 0.
        var noteLength: UInt8 = 0
        var noteStart: UInt32 = 0
        var timeToLiveCap = TimeToLiveCap.none
        var v4 = Group()
        var v6 = Group()
        var host = Group()
        /// A run of `services`.
        var firstService: UInt32 = 0
        var serviceCount: UInt32 = 0
        /// The runs of `preferences` that are this pool's, and the selection that their value 0 stands for.
        var firstRun: UInt32 = 0
        var runCount: UInt32 = 0
        var firstPreferred: UInt32 = 0
    }

    /// A run of `choices`, and what they add up to.
    struct Group: BitwiseCopyable, Sendable {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var totalWeight: UInt32 = 0
        /// Where the first choice's addresses start, and how many there are in all choices.
        var firstAddress: UInt32 = 0
        var addressCount: UInt32 = 0
    }

    struct Choice: BitwiseCopyable, Sendable {
        var weight: UInt32
        /// The weights of the group up to here, this one included.
        var end: UInt32
        /// Into `addresses4`, `addresses6` or `hosts` (there in octets).
        var start: UInt32
        var count: UInt32
    }

    /// A target that has a name.
    struct Service: BitwiseCopyable, Sendable {
        var priority: UInt16
        var weight: UInt16
        var affinity: Affinity
        var host: Choice
        /// Its addresses in service.
        var v4: Choice
        var v6: Choice
    }

    /// Builds the snapshot of `pools`.
    /// - Parameter conditions: for each pool, for each of its targets, for each of that target's addresses (or for its
    ///   host name) what is known of it; for a target that is a pool nothing, or one that tells what operators have set.
    public init(pools definitions: [PoolDefinition], conditions: [[[MemberCondition]]]) {
        self.init(ServedPool.all(definitions, conditions))
    }

    init(_ builder: Builder) {
        pools = builder.pools
        choices = builder.choices
        affinities = builder.affinities
        services = builder.services
        addresses4 = builder.addresses4
        addresses6 = builder.addresses6
        ownedHosts = OwnedOctets(builder.hosts)
        ownedNotes = OwnedOctets(builder.notes)
        preferences = PrefixTable(starts: builder.starts, values: builder.values)
        wholeSize = builder.wholeSize ?? builder.size
        hasSubstitutes = builder.hasSubstitutes
    }

    /// The snapshot in which everything has the state `unknown`.
    public init(unprobed definitions: [PoolDefinition]) {
        self.init(
            pools: definitions,
            conditions: definitions.map { pool in
                pool.targets.map { Array(repeating: MemberCondition(.unknown), count: $0.memberCount) }
            })
    }

    /// What a pool answers a client with.
    @inline(__always)
    borrowing func selection(of pool: Int, for asker: inout Asker) -> Selection {
        let own = pools[pool]
        guard own.runCount > 0 else { return own }
        let value = preference(own, of: &asker)
        return value == PrefixTable.none ? own : pools[Int(own.firstPreferred) + Int(value)]
    }

    /// Which of the pool's `PoolPreferences.choices` a client has; `PrefixTable.none` if it prefers nobody.
    @inline(__always)
    borrowing func preference(_ selection: Selection, of asker: inout Asker) -> UInt16 {
        let runs = Int(selection.firstRun)..<Int(selection.firstRun &+ selection.runCount)
        return asker.value(of: preferences.decision(for: asker.address, in: runs))
    }

    /// The choice of a group that has this number, below the group's weight.
    @inline(__always)
    borrowing func choice(of group: Group, at number: UInt32) -> Int {
        var low = Int(group.start)
        var high = low &+ Int(group.count) &- 1
        while low < high {
            let middle = (low &+ high) >> 1
            if choices[middle].end > number { high = middle } else { low = middle &+ 1 }
        }
        return low
    }
}

extension TargetDefinition {
    /// How many members it is probed as: one for each address, or one that stands for a host name whose addresses are not
    /// known. A pool's members are probed there.
    public var memberCount: Int {
        switch endpoint {
        case .addresses(let addresses): addresses.count
        case .host(let host): max(1, host.addresses.count)
        case .pool: 0
        }
    }
}

/// Which members of a pool are answered with, by the rules of `PoolPolicy` before chance and rotation have their say.
public struct ServiceDecision: Sendable {
    public let service: PoolService
    /// For each target, for each of its members.
    public let rules: [[ServiceRule]]
    /// Which of them are answered with.
    public let isInService: [[Bool]]

    public init(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) {
        let service = PoolService(pool, conditions)
        // Fail open serves every tier: nobody knows which one still works.
        let hasTiers = pool.policy == .failover && service.mode != .failOpen
        self.init(service, hasTiers ? Self.ofFirstTier(pool, service.rules) : service.rules)
    }

    private init(_ service: PoolService, _ rules: [[ServiceRule]]) {
        self.service = service
        self.rules = rules
        isInService = rules.map { $0.map(\.isKept) }
    }

    /// The same of SRV records, whose priorities tell clients of all tiers.
    var ofAllTiers: ServiceDecision { ServiceDecision(service, service.rules) }

    private static func ofFirstTier(_ pool: PoolDefinition, _ rules: [[ServiceRule]]) -> [[ServiceRule]] {
        let tier = zip(pool.targets, rules).filter { $1.contains(where: \.isKept) }.map(\.0.tier).min()
        return zip(pool.targets, rules).map { target, members in
            target.tier == tier ? members : members.map { $0.isKept ? .laterTier : $0 }
        }
    }
}
