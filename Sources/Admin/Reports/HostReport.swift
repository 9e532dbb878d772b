// The same knowledge as in the pools, by address: what is known of one host, and which pools make what of it.

public import DNSCore
public import HealthChecks

/// The body of `GET /v1/hosts`.
public struct HostsReport: Codable, Sendable {
    /// In the order in which the pools name them.
    public var hosts: [HostReport]

    /// Turns the reports of pools around.
    public init(_ pools: [PoolReport]) {
        hosts = []
        var places: [String: Int] = [:]
        for pool in pools {
            for target in pool.targets {
                for address in target.addresses {
                    let probed = address.probedAddress ?? address.address
                    if places[probed] == nil {
                        places[probed] = hosts.count
                        hosts.append(HostReport(address: probed, pools: [], checks: []))
                    }
                    hosts[places[probed] ?? 0].add(address, of: target, in: pool)
                }
            }
        }
    }
}

/// One address, or host name, that is probed.
public struct HostReport: Codable, Sendable {
    public var address: String
    public var pools: [Membership]
    /// Each once, however many pools care about it.
    public var checks: [Check]

    /// What a pool makes of the host.
    public struct Membership: Codable, Sendable {
        public var pool: String
        public var target: String
        /// What is answered, which may be another address than what is probed.
        public var answered: String
        public var state: HealthState
        public var inService: Bool?

        enum CodingKeys: String, CodingKey {
            case pool, target, answered, state
            case inService = "in_service"
        }
    }

    public struct Check: Codable, Sendable {
        public var check: CheckStatus
        /// Those that it counts for.
        public var pools: [String]
    }

    fileprivate mutating func add(_ status: AddressStatus, of target: TargetStatus, in pool: PoolReport) {
        pools.append(
            Membership(
                pool: pool.name, target: target.name, answered: status.address, state: status.state,
                inService: status.inService))
        for check in status.checks {
            // The same probe has the same status to the last digit; one with another SNI has not.
            if let known = checks.firstIndex(where: { $0.check == check }) {
                if !checks[known].pools.contains(pool.name) { checks[known].pools.append(pool.name) }
            } else {
                checks.append(Check(check: check, pools: [pool.name]))
            }
        }
    }
}
