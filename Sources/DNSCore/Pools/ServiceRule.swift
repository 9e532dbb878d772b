// The rules that keep members of a pool in its answers, or out of them. A rule is the decision itself, and not a note made
// beside it: what is explained cannot be another thing than what is done.

/// Why a member may be answered with, or may not.
public enum ServiceRule: String, Codable, Hashable, Sendable, CaseIterable {
    // Kept.
    case up
    /// Its health is not known: an operator put it there, and nothing speaks against it.
    case unknown
    /// Nobody of its address family is up, or the pool serves degraded members beside others.
    case degraded
    case forcedUp = "forced_up"
    /// It is down, but too few are in service, so all are answered with.
    case failOpen = "fail_open"
    /// An operator has taken it out, and all others too.
    case allTakenOut = "all_taken_out"
    /// It is in maintenance, but nobody else is in service, and it is well.
    case maintenanceOfLast = "maintenance_of_last"
    /// It is down, but too few are in service, and it was when enough were.
    case lastKnown = "last_known"

    // Removed by its own condition.
    case down
    case drained
    case forcedDown = "forced_down"
    case maintenance

    // Removed because of others.
    /// Degraded, while somebody of its address family is up.
    case degradedBehindUp = "degraded_behind_up"
    /// Its tier comes later than one that serves.
    case laterTier = "later_tier"
    /// Too few are in service, and it was not when enough were.
    case notLastKnown = "not_last_known"
    /// Too few are in service, and something else than the pool's targets is answered.
    case replaced
    /// The client's network prefers others.
    case notPreferred = "not_preferred"

    // Not in the answer to one question, though the pool answers with it.
    /// It has no address of the type that is asked for.
    case otherFamily = "other_family"
    /// Another target has the same address.
    case duplicate
    /// Its weight is 0, and others have some.
    case noWeight = "no_weight"
    /// The client sticks to others.
    case otherChosen = "other_chosen"
    /// The pool that it is nested in answers with others.
    case outerPool = "outer_pool"

    public var isKept: Bool {
        switch self {
        case .up, .unknown, .degraded, .forcedUp, .failOpen, .allTakenOut, .maintenanceOfLast, .lastKnown: true
        case .down, .drained, .forcedDown, .maintenance, .degradedBehindUp, .laterTier, .notLastKnown, .replaced,
            .notPreferred,
            .otherFamily, .duplicate, .noWeight, .otherChosen, .outerPool:
            false
        }
    }
}

/// Why clients may keep an answer of a pool for less than its record's TTL says.
public enum TimeToLiveRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// They may keep it that long.
    case none
    /// A member's state is about to change.
    case changing
    /// The state of somebody who is answered with is not known, or held against what probes say.
    case uncertain
    /// Too few are in service.
    case tooFewInService = "too_few_in_service"
    /// The addresses of a host name are good for that long only, as its own record's TTL says.
    case hostAddresses = "host_addresses"

    /// The most seconds; `UInt32.max` for no limit, or one that the rule alone does not know.
    public var seconds: UInt32 {
        switch self {
        case .none, .hostAddresses: TimeToLiveCap.none
        case .changing: TimeToLiveCap.changing
        case .uncertain, .tooFewInService: TimeToLiveCap.uncertain
        }
    }
}
