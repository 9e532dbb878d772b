// What one pool answers with, and the rule that kept or removed each target.

/// A pool under one question.
public struct PoolExplanation: Codable, Hashable, Sendable {
    public var name: String
    /// `round-robin`, `weighted`, `failover` or `sticky`.
    public var policy: String
    public var mode: PoolService.Mode
    /// How many targets may be in service, must be, and are there.
    public var inService: Int
    public var required: Int
    public var targetCount: Int
    /// The pool, or `backup` for addresses, that is answered with instead.
    public var substitute: String?
    /// What the client's network prefers; absent if nothing.
    public var preference: PreferenceExplanation?
    public var timeToLive: TimeToLiveExplanation
    public var targets: [TargetExplanation]
    /// What the answer is picked from, as queries see it; of the pool that was asked alone.
    public var choices: [ChoiceExplanation]
    /// How it is picked, in a sentence; of the pool that was asked alone.
    public var picking: String?

    enum CodingKeys: String, CodingKey {
        case name, policy, mode
        case inService = "in_service"
        case required
        case targetCount = "target_count"
        case substitute, preference
        case timeToLive = "ttl"
        case targets, choices, picking
    }
}

/// Which targets a client's network prefers.
public struct PreferenceExplanation: Codable, Hashable, Sendable {
    public var network: String
    public var targets: [String]
    /// Whether any of them is in service; else all others are answered with.
    public var isApplied: Bool

    enum CodingKeys: String, CodingKey {
        case network, targets
        case isApplied = "is_applied"
    }
}

/// Where the TTL of a pool's answer comes from, in seconds.
public struct TimeToLiveExplanation: Codable, Hashable, Sendable {
    /// The zone file's; absent for pools that no record names.
    public var record: UInt32?
    public var rule: TimeToLiveRule
    /// The most that the rule allows; absent if it does not limit.
    public var limit: UInt32?
    /// What the answer has.
    public var result: UInt32?
}

/// One target.
public struct TargetExplanation: Codable, Hashable, Sendable {
    public var name: String
    /// If it is a pool.
    public var pool: String?
    public var tier: Int
    /// What the configuration says.
    public var weight: UInt32
    public var members: [MemberExplanation]
}

/// One address of a target, its host name, or all of a nested pool.
public struct MemberExplanation: Codable, Hashable, Sendable {
    /// Absent for a nested pool.
    public var address: String?
    /// After what operators have set.
    public var state: HealthState
    /// What counts over what probes say; absent if nothing.
    public var override: Override?
    /// All that operators have ordered for it, with why and who.
    public var orders: [String]?
    /// What it weighs beside the others, with what an operator has set and its growth after a fall.
    public var weight: Double
    /// Percent of its weight that it has while that grows, else 100.
    public var weightPercent: Int
    public var rule: ServiceRule
    /// The rule in a sentence.
    public var text: String
    /// Whether the answer can have it.
    public var isAnswered: Bool
    /// Since when it has that state: ISO 8601.
    public var since: String?
    /// Why it is in its state.
    public var reason: String?
    /// The checks that do not pass.
    public var faults: [FaultExplanation]?

    enum CodingKeys: String, CodingKey {
        case address, state, override, orders, weight
        case weightPercent = "weight_percent"
        case rule, text
        case isAnswered = "is_answered"
        case since, reason, faults
    }
}

/// A check that does not pass.
public struct FaultExplanation: Codable, Hashable, Sendable {
    public var check: String
    public var layer: String
    public var text: String

    public init(check: String, layer: String, text: String) {
        self.check = check
        self.layer = layer
        self.text = text
    }
}

/// Something that an answer can have.
public struct ChoiceExplanation: Codable, Hashable, Sendable {
    public var pool: String
    public var target: String
    /// An address, or a host name.
    public var data: String
    /// The part of all answers that have it first, 0 to 1.
    public var share: Double
}
