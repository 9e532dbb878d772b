// What an operator says of a pool: its targets and how answers are picked out of those in service. What is known of
// their health is not here, but in `HealthSnapshot`.

/// A named group of targets that POOL records point at.
public struct PoolDefinition: Hashable, Sendable {
    public var name: String
    public var policy: PoolPolicy
    /// The most addresses in one answer, 1 to `maximumAnswers`; nil for the policy's default.
    public var answers: Int?
    /// In the order of the file. All have addresses, or all are host names.
    public var targets: [TargetDefinition]
    public var service: ServiceRules

    /// More addresses than this would not fit a 512-octet answer with IPv6.
    public static let maximumAnswers = 8
    /// A pool with more targets is refused when it is read.
    public static let maximumTargets = 64

    public init(
        name: String, policy: PoolPolicy, answers: Int? = nil, targets: [TargetDefinition],
        service: ServiceRules = ServiceRules()
    ) {
        self.name = name
        self.policy = policy
        self.answers = answers
        self.targets = targets
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
}

/// One instance that a pool can answer with.
public struct TargetDefinition: Hashable, Sendable {
    public var name: String
    public var endpoint: Endpoint
    /// Share of answers under `weighted`, relative to the other targets in service. 0 is chosen only among zeros.
    public var weight: UInt32
    /// Rank under `failover`, lowest first.
    public var tier: Int

    public static let maximumWeight: UInt32 = 1_000_000

    public enum Endpoint: Hashable, Sendable {
        /// Answered as A and AAAA records. Never empty.
        case addresses([IPAddress])
        /// Answered as a CNAME record.
        case host(DomainName)
    }

    public init(name: String, endpoint: Endpoint, weight: UInt32 = 1, tier: Int = 0) {
        self.name = name
        self.endpoint = endpoint
        self.weight = weight
        self.tier = tier
    }
}
