// Zones and their records as the API shows them. Names are absolute, with the dot at the end; records are as the zone file
// has them, not as they are answered: a POOL is a POOL.

public import DNSCore

/// The body of `GET /v1/zones`.
public struct ZonesReport: Codable, Sendable {
    /// In the order of their files.
    public var zones: [ZoneReport]

    public init(zones: [ZoneReport]) { self.zones = zones }
}

/// One zone: an element of `GET /v1/zones`, and the body of `GET /v1/zones/ZONE`.
public struct ZoneReport: Codable, Sendable {
    public var name: String
    public var file: String
    /// False: it has never been loaded, and is answered with SERVFAIL.
    public var isServed: Bool
    /// Of the SOA record that is served; absent if none is.
    public var serial: UInt32?
    /// A POOL counts as one.
    public var records: Int
    /// When what is served was read; absent if nothing is.
    public var loadedAt: String?
    /// The file has errors, so that what is served, if anything, is not what it says.
    public var hasErrors: Bool
    /// What was found when the file was last read.
    public var errors: [Finding]
    public var warnings: [Finding]
    /// Names with a POOL record, in the order of the file.
    public var pools: [PoolName]

    /// A POOL record.
    public struct PoolName: Codable, Sendable {
        public var name: String
        public var pool: String
        /// `SRV`, `SVCB` or `HTTPS` if it answers with such; absent for addresses or host names.
        public var type: String?
        /// Seconds.
        public var timeToLive: UInt32

        public init(name: String, pool: String, type: String?, timeToLive: UInt32) {
            self.name = name
            self.pool = pool
            self.type = type
            self.timeToLive = timeToLive
        }

        enum CodingKeys: String, CodingKey {
            case name, pool, type
            case timeToLive = "ttl"
        }
    }

    public init(
        name: String, file: String, isServed: Bool, serial: UInt32?, records: Int, loadedAt: String?, hasErrors: Bool,
        findings: [Diagnostic], pools: [PoolName]
    ) {
        self.name = name
        self.file = file
        self.isServed = isServed
        self.serial = serial
        self.records = records
        self.loadedAt = loadedAt
        self.hasErrors = hasErrors
        errors = findings.filter { $0.severity == .error }.map { Finding($0) }
        warnings = findings.filter { $0.severity == .warning }.map { Finding($0) }
        self.pools = pools
    }

    enum CodingKeys: String, CodingKey {
        case name, file
        case isServed = "is_served"
        case serial, records
        case loadedAt = "loaded_at"
        case hasErrors = "has_errors"
        case errors, warnings, pools
    }
}

/// The body of `GET /v1/zones/ZONE/records`.
public struct RecordsReport: Codable, Sendable {
    public var zone: String
    /// Of the version that was read: pages with another one are of another version.
    public var serial: UInt32
    /// In canonical order (RFC 4034 §6.1): by name, type, and as the file has them.
    public var records: [RecordReport]
    /// For the next page: `after=` this; absent on the last one. A page with it may be short, even empty.
    public var next: String?

    public init(zone: String, serial: UInt32, records: [RecordReport], next: String?) {
        self.zone = zone
        self.serial = serial
        self.records = records
        self.next = next
    }
}

/// One record, as a zone file has it.
public struct RecordReport: Codable, Sendable {
    /// In lower case.
    public var name: String
    /// Seconds.
    public var timeToLive: UInt32
    /// `A`, `TYPE65280`, or `POOL`.
    public var type: String
    /// In presentation format; of a POOL what stands after that word.
    public var data: String
    /// Of a POOL.
    public var pool: String?

    public init(name: String, timeToLive: UInt32, type: String, data: String, pool: String? = nil) {
        self.name = name
        self.timeToLive = timeToLive
        self.type = type
        self.data = data
        self.pool = pool
    }

    enum CodingKeys: String, CodingKey {
        case name
        case timeToLive = "ttl"
        case type, data, pool
    }
}

/// What is asked of a zone's records, as it stands in the URL.
public struct RecordsRequest: Sendable {
    public var zone: DomainName
    public var after: ZonePlace?
    /// The most records: 1 to `maximumLimit`.
    public var limit: Int
    /// Records of this name alone.
    public var name: DomainName?
    /// `A`, `TYPE65280`, or `POOL`.
    public var type: String?

    public static let defaultLimit = 100
    public static let maximumLimit = 1_000

    public init(
        zone: DomainName, after: ZonePlace? = nil, limit: Int = defaultLimit, name: DomainName? = nil,
        type: String? = nil
    ) {
        self.zone = zone
        self.after = after
        self.limit = limit
        self.name = name
        self.type = type
    }
}

/// Why there are no records.
public enum RecordsError: Error, CustomStringConvertible {
    case noZone(DomainName)
    /// There is a file, but it has never been loaded.
    case notLoaded(DomainName)
    case badRequest(String)

    public var description: String {
        switch self {
        case .noZone(let name): "there is no zone \(name); GET /v1/zones lists all"
        case .notLoaded(let name): "the zone \(name) could not be loaded; GET /v1/zones/\(name) says why"
        case .badRequest(let text): text
        }
    }
}
