// What the API says of orders.

public import DNSCore
public import HealthChecks

/// The body of `GET /v1/pools/POOL/targets/TARGET`, and of the response to an order that was followed.
public struct TargetReport: Codable, Sendable {
    public var pool: String
    /// Whether an order has changed anything; absent where there was none.
    public var hasChanged: Bool?
    /// What the pool answers with now; absent if it is not there any more.
    public var answers: ServedAnswers?
    /// The target as `GET /v1/pools` has it; absent if it is not there any more.
    public var target: TargetStatus?
    /// Why the order will be forgotten at the next start; absent if it will not, or no state is kept at all.
    public var notSaved: String?

    enum CodingKeys: String, CodingKey {
        case pool
        case hasChanged = "has_changed"
        case answers, target
        case notSaved = "not_saved"
    }

    init(_ key: TargetKey, _ outcome: OrderOutcome? = nil, pools: [PoolReport]) {
        pool = key.pool
        hasChanged = outcome?.hasChanged
        notSaved = outcome?.problem
        let report = pools.first { $0.name == key.pool }
        answers = report?.answers
        target = report?.targets.first { $0.name == key.target }
    }
}

/// The body of `GET /v1/overrides`.
public struct OverridesReport: Codable, Sendable {
    /// By the names of pools and targets.
    public var overrides: [Entry]

    /// The orders for one target.
    public struct Entry: Codable, Sendable {
        public var orders: TargetOrders
        /// Whether there is such a target. The orders for others are kept until somebody clears them.
        public var isThere: Bool
        /// What counts now.
        public var override: Override?
        public var inService: Bool?

        enum CodingKeys: String, CodingKey {
            case orders
            case isThere = "is_there"
            case override
            case inService = "in_service"
        }
    }

    init(_ orders: [TargetOrders], pools: [PoolReport]) {
        overrides = orders.map { orders in
            let pool = pools.first { $0.name == orders.pool }
            let target = pool?.targets.first { $0.name == orders.target }
            return Entry(
                orders: orders, isThere: target != nil, override: target?.override, inService: target?.inService)
        }
    }
}
