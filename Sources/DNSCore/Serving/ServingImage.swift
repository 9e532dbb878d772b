// All zones that this server answers for, found by name: the longest apex that a name ends with (RFC 1034 §4.3.2
// step 2). Immutable; a reload makes a new one.

import Synchronization

/// What queries are answered from, health aside.
@safe
public struct ServingImage: ~Copyable, @unchecked Sendable {
    /// In the order of their apexes' numbers.
    public let zones: [Zone]
    /// Marked place: what `zones` hold, which keep it there, to be reached without counting references.
    private let contents: UnsafeMutableBufferPointer<ZoneContents>
    /// The names of `zones`, then those of zones that are ours but could not be loaded.
    private let apexes: NameTable
    /// For each length, in octets, the zone with such an apex, or `noZone`, or `severalZones`: most suffixes need no
    /// look, and the others often no more than one comparison.
    private let zoneByLength: [UInt32]
    /// By number of the zone, under which one it is counted.
    private let countedNumbers: [UInt16]
    let rotation: Rotation
    let maximumPayload: Int
    let tcpKeepalive: UInt16
    let cookieSecrets: [CookieSecret]
    let access: AccessTable
    let limiter: RateLimiter
    /// Beside the limiter, which a query that looked into it would copy.
    let isLimited: Bool
    let identity: ServerIdentity
    /// The networks that are told what is wrong with a pool.
    private let confidants: PrefixTable
    /// Gives the image an address of its own: what has none is copied, all of its 300 octets, for each query.
    private let anchor = Atomic(false)

    /// - Parameters:
    ///   - zones: no two with the same apex.
    ///   - unavailable: zones that are ours but could not be loaded, none of them in `zones`: their names are answered
    ///     with SERVFAIL.
    ///   - counted: which of both have counters of their own.
    ///   - poolCount: how many pools the zones' POOL records were numbered for.
    public init(
        zones: [Zone], unavailable: [DomainName] = [], counted: CountedZones = CountedZones(), poolCount: Int,
        settings: AnswerSettings = AnswerSettings()
    ) {
        self.zones = zones
        unsafe contents = .allocate(capacity: zones.count)
        _ = unsafe contents.initialize(fromContentsOf: zones.map(\.contents))
        maximumPayload = settings.maximumPayload
        tcpKeepalive = settings.tcpKeepalive
        cookieSecrets = settings.cookieSecrets
        access = AccessTable(settings.access)
        limiter = RateLimiter(settings.rateLimit)
        isLimited = settings.rateLimit != nil
        identity = ServerIdentity(settings)
        confidants = PrefixTable(settings.explainsTo.map { ($0, 0) })
        rotation = Rotation(poolCount: poolCount)
        var table = NameTable(minimumCapacity: zones.count + unavailable.count)
        var byLength = [UInt32](repeating: Self.noZone, count: DomainName.maximumLength + 1)
        var name = QueryName()
        for apex in zones.map(\.apex) + unavailable {
            let wire = apex.canonicalWire
            name.set(name: wire)
            let number = table.insert(name)
            precondition(number == table.count - 1, "each zone once")
            byLength[wire.count] = byLength[wire.count] == Self.noZone ? UInt32(number) : Self.severalZones
        }
        table.shrink()
        apexes = table
        countedNumbers = (zones.map(\.apex) + unavailable).map { counted.number(of: $0) }
        zoneByLength = byLength
    }

    deinit { unsafe contents.deallocate() }

    /// Whether answers to an address may say what is wrong with a pool.
    public borrowing func explains(to client: IPAddress) -> Bool { confidants.value(for: client) != PrefixTable.none }

    /// Whether the zone of this number has no contents.
    @inline(__always)
    borrowing func isUnavailable(_ zone: Int) -> Bool { unsafe zone >= contents.count }

    /// Under which number the answers from a zone are counted.
    @inline(__always)
    borrowing func countedNumber(of zone: Int) -> UInt16 { countedNumbers[zone] }

    /// Whether `name`, which the zone of this number encloses, is its apex.
    private borrowing func isApex(_ name: borrowing QueryName, of zone: Int) -> Bool {
        apexes.length(of: zone) == name.length
    }

    /// The zone that has the records of this type of `name`: the one that encloses it, but of a zone's apex the DS
    /// records are in the zone above (RFC 4035 §3.1.4.1).
    @inline(__always)
    borrowing func zone(of name: borrowing QueryName, _ type: RecordType) -> Int? {
        guard let zone = zone(enclosing: name) else { return nil }
        guard type == .ds, name.labelCount > 0, isApex(name, of: zone) else { return zone }
        return self.zone(enclosing: name, from: 1) ?? zone
    }

    /// The number of the zone that has the longest apex among those that `name`, from a label on, ends with.
    borrowing func zone(enclosing name: borrowing QueryName, from first: Int = 0) -> Int? {
        var label = first
        while label <= name.labelCount {
            let start = name.start(ofLabel: label)
            let zone = zoneByLength[name.length &- start]
            if zone < Self.severalZones {
                if apexes.equals(Int(zone), name, suffix: start) { return Int(zone) }
            } else if zone == Self.severalZones, let zone = lookUp(name, label) {
                return zone
            }
            label &+= 1
        }
        return nil
    }

    /// Apart from the loop above, which most often needs no look.
    @inline(never)
    private borrowing func lookUp(_ name: borrowing QueryName, _ label: Int) -> Int? { apexes.find(name, label: label) }

    private static var noZone: UInt32 { .max }
    private static var severalZones: UInt32 { .max - 1 }

    /// What a zone holds that is not unavailable.
    subscript(zone: Int) -> ZoneContents {
        @inline(__always)
        unsafeAddress {
            unsafe precondition(zone >= 0 && zone < contents.count, "a zone with contents")
            return unsafe UnsafePointer(contents.baseAddress.unsafelyUnwrapped + zone)
        }
    }
}
