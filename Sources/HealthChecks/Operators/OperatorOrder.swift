// What an operator may order for a target of a running monitor, and why an order is not followed.

public import DNSCore

/// One order.
public struct OperatorOrder: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// No new answers.
        case drain
        case undrain
        /// What counts in place of what probes say.
        case force(up: Bool)
        case unforce
        /// 0 to `TargetDefinition.maximumWeight`; nil: the file's again.
        case weight(UInt32?)
        case maintenance(from: Timestamp, until: Timestamp)
        /// Ends a window, or calls it off.
        case endMaintenance(id: Int)
        /// Takes all orders for the target away.
        case clear
        /// Lets it serve again after it has come back, where the pool's `failback` keeps it out.
        case restore
    }

    public var action: Action
    public var reason: String?
    public var by: String?
    /// Also if it takes the last target out of service, or too many.
    public var isForced: Bool

    public init(_ action: Action, reason: String? = nil, by: String? = nil, isForced: Bool = false) {
        self.action = action
        self.reason = reason
        self.by = by
        self.isForced = isForced
    }

    /// Octets of a reason or a name.
    public static let longestText = 200
    /// Windows of one target.
    public static let mostWindows = 32
    /// From now to the end of a window.
    public static let longestAhead = Duration.seconds(366 * 86_400)
}

/// Why what an operator wants is not done.
public enum OperatorError: Error, Hashable, CustomStringConvertible {
    case noPool(String)
    case noTarget(String, pool: String)
    /// Nothing keeps the target out.
    case nothingToRestore(String, pool: String)
    /// The order makes no sense, with a sentence that says why and what to write instead.
    case invalid(String)
    /// It does not fit what was ordered before.
    case conflict(String)
    case noWindow(Int, TargetKey)
    /// It would take too much out of service.
    case refused(OrderObstacle)

    public var description: String {
        switch self {
        case .noPool(let pool): "there is no pool \(pool)"
        case .noTarget(let target, let pool): "the pool \(pool) has no target \(target)"
        case .nothingToRestore(let target, let pool):
            "\(target) of the pool \(pool) does not wait to be restored"
        case .invalid(let text), .conflict(let text): text
        case .noWindow(let id, let key): "\(key.target) of the pool \(key.pool) has no maintenance window \(id)"
        case .refused(let obstacle): obstacle.text
        }
    }
}

/// What stands against an order that is not forced.
public struct OrderObstacle: Codable, Hashable, Sendable {
    public enum Rule: String, Codable, Hashable, Sendable {
        /// No target would be left in service.
        case lastTarget = "last_target"
        /// Fewer than `min_healthy` would.
        case minimumHealthy = "min_healthy"
        /// No target that is left in service would have a weight.
        case lastWeight = "last_weight"
    }

    public var rule: Rule
    /// How many targets must be in service.
    public var required: Int
    /// The targets that are in service now (of a window that begins later: those that nothing takes out by then).
    public var inService: [String]
    /// What is wrong, and what to do instead.
    public var text: String

    enum CodingKeys: String, CodingKey {
        case rule, required
        case inService = "in_service"
        case text
    }
}
