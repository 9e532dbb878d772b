// What the admin API says of pools, as JSON with snake_case keys. Times are ISO 8601 in UTC with milliseconds,
// durations milliseconds with a fraction.

public import Checks
public import DNSCore

/// A pool and its targets.
public struct PoolStatus: Sendable, Codable, Hashable {
    public var name: String
    /// `round-robin`, `weighted`, `failover` or `sticky`.
    public var policy: String
    /// What all of its targets seem to have in common that fails; absent if nothing.
    public var commonMode: CommonModeStatus?
    public var targets: [TargetStatus]
}

/// All targets fail at one deep layer, and at no layer below.
public struct CommonModeStatus: Sendable, Codable, Hashable {
    public var layer: Layer
    public var since: String
    /// Until when they are kept in service.
    public var heldUntil: String
    /// Whether that is over.
    public var isOver: Bool
    public var text: String

    enum CodingKeys: String, CodingKey {
        case layer, since
        case heldUntil = "held_until"
        case isOver = "is_over"
        case text
    }
}

/// A target; its state is the worst of its addresses.
public struct TargetStatus: Sendable, Codable, Hashable {
    public var name: String
    /// Of a target that is given by name.
    public var host: String?
    /// What is known of its addresses, where they are looked up.
    public var resolution: ResolutionStatus?
    /// Of a target that is a pool.
    public var pool: String?
    public var state: HealthState
    /// Since when any of its addresses has last changed its state.
    public var since: String
    /// That of the file; `orders` may have another.
    public var weight: UInt32
    public var tier: Int
    /// What an operator has set over what probes say; absent if nothing.
    public var override: Override?
    /// Whether answers contain it. Not known to the monitor: filled in from what is served.
    public var inService: Bool?
    /// What operators have ordered, with who, when and why; absent if nothing.
    public var orders: TargetOrders?
    /// When it can be stopped. Filled in by the monitor.
    public var drainClock: DrainClockStatus?
    /// One for each address, or one for a host name without any; none for a pool.
    public var addresses: [AddressStatus]

    enum CodingKeys: String, CodingKey {
        case name, host, resolution, pool, state, since, weight, tier, override
        case inService = "in_service"
        case orders
        case drainClock = "drain_clock"
        case addresses
    }
}

/// Whether clients may still hold answers with a target.
public struct DrainClockStatus: Sendable, Codable, Hashable {
    /// Answers contain it, or would if somebody asked.
    public var isAnswered: Bool
    /// Under this TTL, in seconds; absent where they do not.
    public var timeToLive: UInt32?
    /// Nobody holds an answer with it any more.
    public var isSafe: Bool
    /// When that will be so; absent while answers contain it, and once it is so.
    public var safeAt: Timestamp?
    /// Other targets with one of its addresses (or its host name) that are answered with.
    public var alsoAnsweredAs: [TargetKey]

    enum CodingKeys: String, CodingKey {
        case isAnswered = "is_answered"
        case timeToLive = "ttl"
        case isSafe = "is_safe"
        case safeAt = "safe_at"
        case alsoAnsweredAs = "also_answered_as"
    }
}

/// An address of a target, or its host name: what is put into answers or left out.
public struct AddressStatus: Sendable, Codable, Hashable {
    /// The address, or the host name.
    public var address: String
    /// What is probed instead, if it is another address.
    public var probedAddress: String?
    public var state: HealthState
    /// Why it is in that state.
    public var reason: String
    public var since: String
    /// What its checks say, where the state is another because it is held or stale.
    public var checkedState: HealthState?
    /// Until when it is kept down although its checks pass; absent if it is not, or until an operator restores it.
    public var heldUntil: String?
    /// `flapping`, `failback_delay` or `awaits_restore`: why it is kept down.
    public var hold: String?
    /// Its state is held as it was, as this node seems cut off.
    public var isFrozen: Bool
    /// No verdict for a long time.
    public var isStale: Bool
    /// Percent of its weight that it has, where that is growing.
    public var weightPercent: Int?
    /// Verdicts are being counted that may change the state, or something else is under way that will.
    public var isChanging: Bool
    /// As in `TargetStatus`.
    public var inService: Bool?
    public var checks: [CheckStatus]

    enum CodingKeys: String, CodingKey {
        case address
        case probedAddress = "probed_address"
        case state, reason, since
        case checkedState = "checked_state"
        case heldUntil = "held_until"
        case hold
        case isFrozen = "is_frozen"
        case isStale = "is_stale"
        case weightPercent = "weight_percent"
        case isChanging = "is_changing"
        case inService = "in_service"
        case checks
    }
}

/// A check of an address, with its last verdict.
public struct CheckStatus: Sendable, Codable, Hashable {
    public var name: String
    /// `tcp`, `tls`, `http`, `https`, `dicom` or `exec`; `resolve` where a host name has no address.
    public var type: String
    /// Absent for a program without one.
    public var port: UInt16?
    /// `required` or `advisory`.
    public var role: String
    public var state: HealthState
    /// `passed`, `degraded` or `failed`; absent before the first verdict, as all that follows but the counts.
    public var outcome: String?
    /// The layer that failed or is degraded.
    public var layer: Layer?
    /// What is wrong with it.
    public var error: String?
    public var latencyMilliseconds: Double?
    public var layers: [LayerStatus]
    /// When the certificate expires that the target has shown; absent for checks that look at none.
    public var certificateExpires: Timestamp?
    /// When the verdict was made.
    public var time: String?
    /// When the next probe starts; it may wait for others. Absent while one is under way.
    public var next: String?
    public var consecutivePasses: Int
    public var consecutiveFailures: Int

    enum CodingKeys: String, CodingKey {
        case name, type, port, role, state, outcome, layer, error
        case latencyMilliseconds = "latency_ms"
        case layers
        case certificateExpires = "certificate_expires"
        case time, next
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

/// What the prober knows of itself.
public struct ProberStatus: Sendable, Codable, Hashable {
    public enum State: String, Sendable, Codable, Hashable {
        case connected
        /// Everything fell silent at once: states are held.
        case cutOff = "cut_off"
        /// Everything is silent still, but states are held no longer.
        case cutOffHoldOver = "cut_off_hold_over"
    }

    public var state: State
    public var since: String?
    public var heldUntil: String?
    public var text: String?
    public var references: [ReferenceStatus]

    enum CodingKeys: String, CodingKey {
        case state, since
        case heldUntil = "held_until"
        case text, references
    }
}

/// An endpoint that tells whether this node is connected.
public struct ReferenceStatus: Sendable, Codable, Hashable {
    public var address: String
    /// Its last probe; a refusal counts as an answer.
    public var check: CheckStatus
}
