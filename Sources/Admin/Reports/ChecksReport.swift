// The checks that are made, and what they say at this moment.

public import Checks
internal import DNSCore
internal import HealthChecks

/// The body of `GET /v1/checks`.
public struct ChecksReport: Codable, Sendable {
    /// Each definition once, in the order in which pools name them.
    public var checks: [CheckReport]

    /// Adds what the pools say to the definitions.
    public init(_ checks: [CheckReport], pools: [PoolReport]) {
        self.checks = checks
        let reports = Dictionary(pools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for index in checks.indices {
            for use in checks[index].pools { self.checks[index].count(use, in: reports[use.pool]) }
        }
    }
}

/// One check.
public struct CheckReport: Codable, Sendable {
    public var name: String
    /// Under the keys of triagedns.yaml, defaults filled in, secrets as `***`.
    public var definition: ShownValue
    /// Who is checked in this way.
    public var pools: [Use]
    /// How many addresses are in which state by this check alone.
    public var states: [String: Int]
    /// Of the last verdicts that did not pass: how many at which layer.
    public var troubles: [String: Int]

    /// Where it is used.
    public struct Use: Codable, Sendable, Hashable {
        public var pool: String
        public var targets: [String]

        public init(pool: String, targets: [String]) {
            self.pool = pool
            self.targets = targets
        }
    }

    public init(_ check: CheckDefinition, pools: [Use]) {
        name = check.name
        definition = check.shown
        self.pools = pools
        states = [:]
        troubles = [:]
    }

    fileprivate mutating func count(_ use: Use, in pool: PoolReport?) {
        for target in pool?.targets ?? [] where use.targets.contains(target.name) {
            for check in target.addresses.flatMap(\.checks) where check.name == name {
                states[check.state.rawValue, default: 0] += 1
                if let layer = check.layer { troubles[layer.rawValue, default: 0] += 1 }
            }
        }
    }
}
