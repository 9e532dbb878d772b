// What the admin API says of a host name, as JSON with snake_case keys; times are ISO 8601 in UTC.

internal import DNSCore

/// What is known of the addresses of a target that is given by name.
public struct ResolutionStatus: Sendable, Codable, Hashable {
    public var addresses: [String]
    /// Who told them: a name server, `/etc/hosts`, or a zone that is served here; absent until somebody has.
    public var source: String?
    /// When.
    public var time: String?
    /// The most seconds that clients may keep the addresses.
    public var timeToLive: UInt32?
    /// When they are looked up next; absent if they are not.
    public var next: String?
    /// Seconds until then.
    public var secondsLeft: Double?
    /// Why the last lookup failed, or a part of it; absent if it has not.
    public var error: String?
    /// Since when lookups fail.
    public var failingSince: String?
    /// Until when the addresses are kept nevertheless.
    public var keptUntil: String?

    enum CodingKeys: String, CodingKey {
        case addresses, source, time, next, error
        case timeToLive = "ttl"
        case secondsLeft = "seconds_left"
        case failingSince = "failing_since"
        case keptUntil = "kept_until"
    }

    init(_ host: HostState, _ clock: WallClock) {
        addresses = host.addresses.map(\.description)
        source = host.source
        time = host.resolved.map(clock.text)
        timeToLive = host.addresses.isEmpty ? nil : host.timeToLive
        next = host.next.map(clock.text)
        secondsLeft = host.next.map { max(0, (($0 - clock.now) / .milliseconds(100)).rounded() / 10) }
        error = host.problem
        failingSince = host.failingSince.map(clock.text)
        keptUntil = host.keptUntil.map(clock.text)
    }
}
