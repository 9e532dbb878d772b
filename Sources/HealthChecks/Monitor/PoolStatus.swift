// What the admin API says of pools, as JSON with snake_case keys. Times are ISO 8601 in UTC with milliseconds,
// durations milliseconds with a fraction.

public import Checks
public import DNSCore

/// A pool and its targets.
public struct PoolStatus: Sendable, Codable, Hashable {
    public var name: String
    /// `round-robin`, `weighted`, `failover` or `sticky`.
    public var policy: String
    public var targets: [TargetStatus]
}

/// A target; its state is the worst of its addresses.
public struct TargetStatus: Sendable, Codable, Hashable {
    public var name: String
    /// Of a target that is given by name.
    public var host: String?
    /// Of a target that is a pool.
    public var pool: String?
    public var state: HealthState
    /// Since when any of its addresses has last changed its state.
    public var since: String
    public var weight: UInt32
    public var tier: Int
    /// Whether answers contain it. Not known to the monitor: filled in from what is served.
    public var inService: Bool?
    /// One for each address, or one for the host name; none for a pool.
    public var addresses: [AddressStatus]

    enum CodingKeys: String, CodingKey {
        case name, host, pool, state, since, weight, tier
        case inService = "in_service"
        case addresses
    }
}

/// An address of a target, or its host name: what is put into answers or left out.
public struct AddressStatus: Sendable, Codable, Hashable {
    /// The address, or the host name.
    public var address: String
    public var state: HealthState
    public var since: String
    /// Verdicts are being counted that may change the state.
    public var isChanging: Bool
    /// As in `TargetStatus`.
    public var inService: Bool?
    public var checks: [CheckStatus]

    enum CodingKeys: String, CodingKey {
        case address, state, since
        case isChanging = "is_changing"
        case inService = "in_service"
        case checks
    }
}

/// A check of an address, with its last verdict.
public struct CheckStatus: Sendable, Codable, Hashable {
    public var name: String
    /// `tcp`, `tls`, `http`, `https` or `dicom`.
    public var type: String
    public var port: UInt16
    public var state: HealthState
    /// `passed`, `degraded` or `failed`; absent before the first verdict, as all that follows but the counts.
    public var outcome: String?
    /// The layer that failed or is degraded.
    public var layer: Layer?
    /// What is wrong with it.
    public var error: String?
    public var latencyMilliseconds: Double?
    public var layers: [LayerStatus]
    /// When the verdict was made.
    public var time: String?
    public var consecutivePasses: Int
    public var consecutiveFailures: Int

    enum CodingKeys: String, CodingKey {
        case name, type, port, state, outcome, layer, error
        case latencyMilliseconds = "latency_ms"
        case layers, time
        case consecutivePasses = "consecutive_passes"
        case consecutiveFailures = "consecutive_failures"
    }
}

/// How long one layer took.
public struct LayerStatus: Sendable, Codable, Hashable {
    public var layer: Layer
    public var milliseconds: Double
    public var detail: String?

    enum CodingKeys: String, CodingKey {
        case layer
        case milliseconds = "ms"
        case detail
    }
}
