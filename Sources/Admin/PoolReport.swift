// Pools as the API shows them: what the monitor knows, and what answers make of it.

public import DNSCore
public import HealthChecks

/// The body of `GET /v1/pools`.
public struct PoolsReport: Codable, Sendable {
    public var pools: [PoolReport]

    public init(pools: [PoolReport]) { self.pools = pools }
}

/// One pool.
public struct PoolReport: Codable, Sendable {
    public var name: String
    public var policy: String
    /// Nobody is in service, so all are answered.
    public var failOpen: Bool
    public var targets: [TargetStatus]

    enum CodingKeys: String, CodingKey {
        case name, policy
        case failOpen = "fail_open"
        case targets
    }

    /// Fills in who is in service by the rules that answers follow.
    public init(_ status: PoolStatus, of definition: PoolDefinition) {
        name = status.name
        policy = status.policy
        targets = status.targets
        let conditions = status.targets.map { target in
            target.pool == nil
                ? target.addresses.map { MemberCondition($0.state, isChanging: $0.isChanging) }
                : [MemberCondition(target.state)]
        }
        let decision = ServiceDecision(definition, conditions)
        failOpen = decision.isFailOpen
        for (target, members) in decision.isInService.enumerated() {
            targets[target].inService = members.contains(true)
            for (member, isInService) in zip(targets[target].addresses.indices, members) {
                targets[target].addresses[member].inService = isInService
            }
        }
    }
}
