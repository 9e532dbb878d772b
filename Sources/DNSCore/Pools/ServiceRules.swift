// What an operator says of a pool's service as a whole: how much of it must be well, and what is answered if it is not.

/// When a pool is out of service, and what is answered then.
public struct ServiceRules: Hashable, Sendable {
    /// How many targets must be in service, lest the pool as a whole count as down.
    public var minimumHealthy = MinimumHealthy.count(1)
    public var whenAllDown = WhenAllDown.open
    public var degraded = DegradedService.last
    /// For `WhenAllDown.backup`, and only there.
    public var backup: Backup?

    public init() {}

    public enum MinimumHealthy: Hashable, Sendable {
        /// 1 to the number of targets.
        case count(Int)
        /// 1 to 100, of all targets, rounded up.
        case percent(Int)

        /// How many of `total` targets that is.
        public func required(of total: Int) -> Int {
            switch self {
            case .count(let count): count
            case .percent(let percent): (total * percent + 99) / 100
            }
        }
    }

    /// The answer while fewer than `minimumHealthy` targets are in service. Never that the name does not exist, which
    /// would take all other types and the names below with it.
    public enum WhenAllDown: String, Hashable, Sendable, CaseIterable {
        /// All targets that no operator has taken out.
        case open
        /// Those that were in service last.
        case lastKnown = "last_known"
        case backup
        /// No records (NODATA).
        case closed
        /// SERVFAIL.
        case servfail
    }

    public enum DegradedService: Hashable, Sendable {
        /// Served only if nobody of its address family is up.
        case last
        /// As if it were up.
        case equal
        /// Beside the others, with so many tenths of its weight, 1 to 9.
        case lowerWeight(tenths: UInt8)
    }

    public enum Backup: Hashable, Sendable {
        /// The answers of another pool of the same kind (addresses, or hosts).
        case pool(String)
        /// Never empty.
        case addresses([IPAddress])
        /// For a pool of hosts.
        case host(DomainName)
    }
}
