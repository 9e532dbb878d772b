// What is known of one member of a pool, and the rule that turns it into service: the only place where that is decided.

/// What probes say of an address (or of a target that is a host name).
public enum HealthState: String, Codable, Hashable, Sendable, CaseIterable {
    case up
    /// It answers, but not well.
    case degraded
    case down
    /// No probe has come back yet.
    case unknown
}

/// The health of one member.
public struct MemberCondition: Hashable, Sendable {
    public var state: HealthState
    /// Whether verdicts point to another state, but not enough of them yet.
    public var isChanging: Bool

    public init(_ state: HealthState, isChanging: Bool = false) {
        self.state = state
        self.isChanging = isChanging
    }

    /// Whether it may be answered with. Who is unknown may: an operator put it there, and nothing speaks against it.
    public var isInService: Bool { state != .down }
}

/// The longest that clients may keep an answer, in seconds, where that is less than the record's own TTL.
enum TimeToLiveCap {
    static var none: UInt32 { .max }
    /// A member's state is about to change.
    static var changing: UInt32 { 15 }
    /// Nobody is in service and all are answered, or somebody's state is not known.
    static var uncertain: UInt32 { 10 }
}
