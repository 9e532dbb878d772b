// What is known of one member of a pool, after thresholds, holds and operators have had their say. Who is answered with
// because of it is decided in `PoolService`, and nowhere else.

/// What probes say of an address (or of a target that is a host name).
public enum HealthState: String, Codable, Hashable, Sendable, CaseIterable {
    case up
    /// It answers, but not well.
    case degraded
    case down
    /// No probe has come back yet, or none for a long time.
    case unknown
}

/// What an operator has set over what probes say of a target.
public enum Override: String, Codable, Hashable, Sendable, CaseIterable {
    /// No new answers: it is about to be stopped.
    case drained
    case forcedUp = "forced_up"
    case forcedDown = "forced_down"
    /// As `drained`, for a time that was set. If nobody else is in service, it is answered with as long as it is well.
    case maintenance

    /// Whether the target must not be answered with while there is any other.
    public var takesOut: Bool { self != .forcedUp }
}

extension Override: CustomStringConvertible {
    /// `drained`, `forced up`, `forced down`, `maintenance`.
    public var description: String {
        switch self {
        case .drained: "drained"
        case .forcedUp: "forced up"
        case .forcedDown: "forced down"
        case .maintenance: "maintenance"
        }
    }
}

/// The health of one member.
public struct MemberCondition: Hashable, Sendable {
    /// After thresholds and holds, before `override`.
    public var state: HealthState
    /// Whether something is under way that may soon change the answers.
    public var isChanging: Bool
    /// Whether the state is held although probes say otherwise, or is too old to be relied upon.
    public var isUncertain = false
    /// Of the member's target.
    public var override: Override?
    /// Instead of the weight of the file, 0 to `TargetDefinition.maximumWeight`, for the member's target.
    public var weight: UInt32?
    /// How much of its weight it has, in tenths, 1 to `fullShare`: less for a while after it has come back.
    public var share = MemberCondition.fullShare
    /// Whether it was in service when the pool last was.
    public var wasInService = false

    public static let fullShare: UInt8 = 10

    public init(_ state: HealthState, isChanging: Bool = false) {
        self.state = state
        self.isChanging = isChanging
    }

    /// What its own condition alone says of whether it may be answered with.
    public var rule: ServiceRule {
        switch override {
        case .drained: return .drained
        case .forcedDown: return .forcedDown
        case .forcedUp: return .forcedUp
        case .maintenance: return .maintenance
        case nil: break
        }
        switch state {
        case .up: return .up
        case .degraded: return .degraded
        case .unknown: return .unknown
        case .down: return .down
        }
    }

    /// Whether it may be answered with.
    public var isInService: Bool { rule.isKept }

    /// The state that counts, with the override.
    public var effectiveState: HealthState {
        switch override {
        case .forcedUp: .up
        case .forcedDown: .down
        case .drained, .maintenance, nil: state
        }
    }
}

/// The longest that clients may keep an answer, in seconds, where that is less than the record's own TTL.
package enum TimeToLiveCap {
    package static var none: UInt32 { .max }
    /// A member's state is about to change.
    package static var changing: UInt32 { 15 }
    /// Nobody is in service, or the state of somebody who is is not known.
    package static var uncertain: UInt32 { 10 }
}
