// One zone: what is known of it, and what it holds. Immutable once built.

/// A zone that can be answered from. Shared by all serving images that hold it.
public final class Zone: Sendable {
    /// In the spelling of the zone file.
    public let apex: DomainName
    public let serial: UInt32
    /// Records in the zone file's sense: POOL counts as one.
    public let recordCount: Int
    /// The pools that its POOL records name, each with the largest TTL of these, in seconds.
    public let poolTimeToLives: [Int: UInt32]
    /// The names that have a POOL record of addresses or host names, with the number of its pool and its TTL in
    /// seconds, in the order in which the file has the names.
    public let poolOwners: [(name: DomainName, pool: Int, timeToLive: UInt32)]
    /// Whether it has records that name a pool's targets, and so depends on what the pools' definitions are.
    public let namesTargets: Bool
    /// Freed with the zone.
    let contents: ZoneContents

    init(
        apex: DomainName, serial: UInt32, recordCount: Int, poolTimeToLives: [Int: UInt32],
        poolOwners: [(name: DomainName, pool: Int, timeToLive: UInt32)], namesTargets: Bool, contents: ZoneContents
    ) {
        self.apex = apex
        self.serial = serial
        self.recordCount = recordCount
        self.poolTimeToLives = poolTimeToLives
        self.poolOwners = poolOwners
        self.namesTargets = namesTargets
        self.contents = contents
    }

    public var poolIndexes: Set<Int> { Set(poolTimeToLives.keys) }

    deinit { unsafe contents.deallocate() }
}
