// Pools as the API shows them: what the monitor knows, and what answers make of it.

public import DNSCore
public import HealthChecks

/// The body of `GET /v1/pools`.
public struct PoolsReport: Codable, Sendable {
    public var pools: [PoolReport]
    /// Whether what the pools say can be relied upon.
    public var prober: ProberStatus
    /// Whether what happens survives a restart; absent if that is not wanted.
    public var state: StateStatus?

    public init(pools: [PoolReport], prober: ProberStatus, state: StateStatus?) {
        self.pools = pools
        self.prober = prober
        self.state = state
    }
}

/// One pool.
public struct PoolReport: Codable, Sendable {
    public var name: String
    public var policy: String
    /// Nobody is in service, so all are answered.
    public var failOpen: Bool
    /// What it answers with at this moment.
    public var answers: ServedAnswers
    /// All targets fail at one layer: perhaps something that they share.
    public var commonMode: CommonModeStatus?
    public var targets: [TargetStatus]

    enum CodingKeys: String, CodingKey {
        case name, policy, answers
        case failOpen = "fail_open"
        case commonMode = "common_mode"
        case targets
    }

    /// Fills in who is in service by the rules that answers follow.
    public init(_ status: PoolStatus, _ served: ServedPool) {
        name = status.name
        policy = status.policy
        targets = status.targets
        commonMode = status.commonMode
        answers = served.answers
        failOpen = served.mode == .failOpen
        let decision = ServiceDecision(served.definition, served.conditions)
        for (target, members) in decision.isInService.enumerated() {
            targets[target].inService = members.contains(true)
            for (member, isInService) in zip(targets[target].addresses.indices, members) {
                targets[target].addresses[member].inService = isInService
            }
        }
    }
}
