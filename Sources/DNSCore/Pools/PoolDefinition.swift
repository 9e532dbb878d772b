// What an operator says of a pool: its targets and how answers are picked out of those in service. What is known of
// their health is not here, but in `HealthSnapshot`.

/// A named group of targets that POOL records point at.
public struct PoolDefinition: Hashable, Sendable {
    public var name: String
    public var policy: PoolPolicy
    /// The most addresses in one answer, 1 to `maximumAnswers`; nil for the policy's default.
    public var answers: Int?
    /// In the order of the file. All are answered as addresses, or all as host names; those that are pools, too.
    public var targets: [TargetDefinition]
    /// Which of them the clients of some networks are answered with first.
    public var preferences: PoolPreferences
    public var service: ServiceRules

    /// More addresses than this would not fit a 512-octet answer with IPv6.
    public static let maximumAnswers = 8
    /// A pool with more targets, those of its nested pools counted, is refused when it is read.
    public static let maximumTargets = 64
    /// How many pools deep pools may be nested, the outermost counted.
    public static let maximumDepth = 8

    public init(
        name: String, policy: PoolPolicy, answers: Int? = nil, targets: [TargetDefinition],
        preferences: PoolPreferences = PoolPreferences(),
        service: ServiceRules = ServiceRules()
    ) {
        self.name = name
        self.policy = policy
        self.answers = answers
        self.targets = targets
        self.preferences = preferences
        self.service = service
    }
}

/// How answers are picked out of the targets in service.
public enum PoolPolicy: String, Hashable, Sendable, CaseIterable {
    /// All of them, the order moving by one with each answer.
    case roundRobin = "round-robin"
    /// As many as `answers` says (1 by default), chosen in proportion to their weights.
    case weighted
    /// Those of the first tier that has a target in service.
    case failover
    /// The same for each client network as long as it is in service: as many as `answers` says (1 by default), by
    /// weighted rendezvous hashing.
    case sticky
}

/// One instance that a pool can answer with.
public struct TargetDefinition: Hashable, Sendable {
    public var name: String
    public var endpoint: Endpoint
    /// Share of answers under `weighted`, of clients under `sticky`, relative to the other targets in service. 0 is
    /// chosen only among zeros.
    public var weight: UInt32
    /// Rank under `failover`, lowest first.
    public var tier: Int
    /// The target's own name, which SRV records point at; nil for none, and for a host name that is its own.
    public var ownName: DomainName?

    public static let maximumWeight: UInt32 = 1_000_000

    public enum Endpoint: Hashable, Sendable {
        /// Answered as A and AAAA records. Never empty.
        case addresses([IPAddress])
        /// Answered as a CNAME record, or as the addresses that the name has.
        case host(HostEndpoint)
        /// Answered as this pool would be; it counts as in service while anything of it is.
        case pool(NestedPool)
    }

    public init(
        name: String, endpoint: Endpoint, weight: UInt32 = 1, tier: Int = 0, ownName: DomainName? = nil
    ) {
        self.name = name
        self.endpoint = endpoint
        self.weight = weight
        self.tier = tier
        self.ownName = ownName
    }
}

/// A pool as the target of another.
public struct NestedPool: Hashable, Sendable {
    public var name: String
    /// Whether its targets are host names.
    public var hasHosts: Bool

    public init(name: String, hasHosts: Bool = false) {
        self.name = name
        self.hasHosts = hasHosts
    }
}
