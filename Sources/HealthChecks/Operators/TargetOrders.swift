// What operators have ordered for a target, as it is kept: in memory, in the state directory, and in JSON (snake_case
// keys, RFC 3339 times). It holds by the names of pool and target, so it outlives a reload, and a restart where it is
// saved.

public import DNSCore

/// All orders for one target that are in force, or will be.
public struct TargetOrders: Codable, Hashable, Sendable {
    public var pool: String
    public var target: String
    /// Drained, or forced up or down.
    public var state: StateOrder?
    public var weight: WeightOrder?
    /// In the order in which they were scheduled; those that are over are gone.
    public var maintenance: [MaintenanceWindow]

    /// No orders.
    public init(_ key: TargetKey) {
        pool = key.pool
        target = key.target
        maintenance = []
    }

    public var key: TargetKey { TargetKey(pool: pool, target: target) }

    public var isEmpty: Bool { state == nil && weight == nil && maintenance.isEmpty }

    /// The windows that are open at `time`. One that has begun stays open if somebody sets the clock back.
    public func openWindows(at time: Timestamp) -> [MaintenanceWindow] {
        maintenance.filter { ($0.hasBegun || $0.from <= time) && time < $0.until }
    }

    /// What counts at `time`. A window counts as long as it is open, over whatever was forced up before.
    public func standing(at time: Timestamp) -> StandingOrder {
        var override = state?.override
        if override != .forcedDown, override != .drained, !openWindows(at: time).isEmpty { override = .maintenance }
        return StandingOrder(override: override, weight: weight?.weight)
    }
}

/// What an operator wants a target to be.
public struct StateOrder: Codable, Hashable, Sendable {
    /// Any but `maintenance`.
    public var override: Override
    public var note: OrderNote

    public init(override: Override, note: OrderNote) {
        self.override = override
        self.note = note
    }
}

/// Another weight than the file's.
public struct WeightOrder: Codable, Hashable, Sendable {
    /// 0 to `TargetDefinition.maximumWeight`.
    public var weight: UInt32
    public var note: OrderNote

    public init(weight: UInt32, note: OrderNote) {
        self.weight = weight
        self.note = note
    }
}

/// A time in which a target is out of service.
public struct MaintenanceWindow: Codable, Hashable, Sendable {
    /// From 1, different among the windows of a target.
    public var id: Int
    public var from: Timestamp
    /// It is over then.
    public var until: Timestamp
    /// Whether its beginning is in the journal.
    public var hasBegun = false
    public var note: OrderNote

    public init(id: Int, from: Timestamp, until: Timestamp, note: OrderNote) {
        self.id = id
        self.from = from
        self.until = until
        self.note = note
    }

    enum CodingKeys: String, CodingKey {
        case id, from, until
        case hasBegun = "has_begun"
        case note
    }
}

/// Who has ordered something, when, and why.
public struct OrderNote: Codable, Hashable, Sendable {
    public var at: Timestamp
    public var by: String?
    public var reason: String?

    public init(at: Timestamp, by: String? = nil, reason: String? = nil) {
        self.at = at
        self.by = by
        self.reason = reason
    }

    /// `upgrade (anna)`, or what there is of it.
    public var text: String? {
        guard let reason else { return by }
        return by.map { "\(reason) (\($0))" } ?? reason
    }
}

/// What all orders for a target come to at a moment.
public struct StandingOrder: Hashable, Sendable {
    public var override: Override?
    /// Instead of the file's.
    public var weight: UInt32?

    public init(override: Override? = nil, weight: UInt32? = nil) {
        self.override = override
        self.weight = weight
    }
}
