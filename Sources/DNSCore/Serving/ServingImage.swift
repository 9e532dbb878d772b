// All zones that this server answers for, found by name: the longest apex that a name ends with (RFC 1034 §4.3.2
// step 2). Immutable; a reload makes a new one.

/// What queries are answered from, health aside.
@safe
public struct ServingImage: ~Copyable, @unchecked Sendable {
    /// In the order of their apexes' numbers.
    public let zones: [Zone]
    /// Marked place: where the contents of `zones` are, which keeps them there, to be reached without counting
    /// references.
    private let contents: [UnsafePointer<ZoneContents>]
    /// The names of `zones`, then those of zones that are ours but could not be loaded.
    private let apexes: NameTable
    /// Bit `n` says that some apex is `n` octets long: suffixes of other lengths need no look.
    private let apexLengths: InlineArray<4, UInt64>
    let rotation: Rotation
    let maximumPayload: Int
    let tcpKeepalive: UInt16
    let cookieSecrets: [CookieSecret]
    let access: AccessTable
    let limiter: RateLimiter
    let identity: ServerIdentity

    /// - Parameters:
    ///   - zones: no two with the same apex.
    ///   - unavailable: zones that are ours but could not be loaded, none of them in `zones`: their names are answered
    ///     with SERVFAIL.
    ///   - poolCount: how many pools the zones' POOL records were numbered for.
    public init(
        zones: [Zone], unavailable: [DomainName] = [], poolCount: Int, settings: AnswerSettings = AnswerSettings()
    ) {
        self.zones = zones
        unsafe contents = zones.map { unsafe $0.contents }
        maximumPayload = settings.maximumPayload
        tcpKeepalive = settings.tcpKeepalive
        cookieSecrets = settings.cookieSecrets
        access = AccessTable(settings.access)
        limiter = RateLimiter(settings.rateLimit)
        identity = ServerIdentity(settings)
        rotation = Rotation(poolCount: poolCount)
        var table = NameTable(minimumCapacity: zones.count + unavailable.count)
        var lengths = InlineArray<4, UInt64>(repeating: 0)
        var name = QueryName()
        for apex in zones.map(\.apex) + unavailable {
            let wire = apex.canonicalWire
            name.set(name: wire)
            let number = table.insert(name, suffix: 0)
            precondition(number == table.count - 1, "each zone once")
            lengths[wire.count >> 6] |= 1 << UInt64(wire.count & 63)
        }
        apexes = table
        apexLengths = lengths
    }

    /// Whether the zone of this number has no contents.
    @inline(__always)
    borrowing func isUnavailable(_ zone: Int) -> Bool { unsafe zone >= contents.count }

    /// Whether `name`, which the zone of this number encloses, is its apex.
    borrowing func isApex(_ name: borrowing QueryName, of zone: Int) -> Bool {
        apexes.length(of: zone) == name.length
    }

    /// The number of the zone that has the longest apex among those that `name`, from octet `start` on, ends with.
    borrowing func zone(enclosing name: borrowing QueryName, from start: Int = 0) -> Int? {
        var suffix = start
        while true {
            let length = name.length - suffix
            if apexLengths[length >> 6] >> UInt64(length & 63) & 1 == 1, let zone = apexes.find(name, suffix: suffix) {
                return zone
            }
            if name[suffix] == 0 { return nil }
            suffix = name.suffix(after: suffix)
        }
    }

    /// What a zone holds that is not unavailable.
    subscript(zone: Int) -> ZoneContents {
        @inline(__always)
        unsafeAddress { unsafe contents[zone] }
    }
}
