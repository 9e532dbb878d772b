// One zone: what is known of it, and what it holds. Immutable once built.

/// A name that has a POOL record.
public struct PoolOwner: Sendable {
    public var name: DomainName
    /// The type of the records that are made of the pool: `SRV`, `HTTPS` or `SVCB`; nil for addresses or host names.
    public var serviceType: String?
    /// The pool's number.
    public var pool: Int
    /// In seconds.
    public var timeToLive: UInt32
}

/// A zone that can be answered from. Shared by all serving images that hold it.
public final class Zone: Sendable {
    /// In the spelling of the zone file.
    public let apex: DomainName
    public let serial: UInt32
    /// Records in the zone file's sense: POOL counts as one.
    public let recordCount: Int
    /// The POOL records, in the order in which the file has their names.
    public let poolOwners: [PoolOwner]
    /// Whether it has records that name a pool's targets, and so depends on what the pools' definitions are.
    public let namesTargets: Bool
    /// Freed with the zone.
    let contents: ZoneContents

    init(
        apex: DomainName, serial: UInt32, recordCount: Int, poolOwners: [PoolOwner], namesTargets: Bool,
        contents: ZoneContents
    ) {
        self.apex = apex
        self.serial = serial
        self.recordCount = recordCount
        self.poolOwners = poolOwners
        self.namesTargets = namesTargets
        self.contents = contents
    }

    /// The pools that its POOL records name.
    public var poolIndexes: Set<Int> { Set(poolOwners.map(\.pool)) }

    /// The same, each with the largest TTL of these records, in seconds.
    public var poolTimeToLives: [Int: UInt32] {
        Dictionary(poolOwners.map { ($0.pool, $0.timeToLive) }, uniquingKeysWith: max)
    }

    deinit { unsafe contents.deallocate() }
}
