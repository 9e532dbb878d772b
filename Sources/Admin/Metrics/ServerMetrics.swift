// What the wiring gathers from listeners, zones, probes and the rest, for metrics and the status page.

public import DNSCore
public import HealthChecks

/// Figures of one moment.
public struct ServerMetrics: Sendable {
    public struct Transport: Sendable {
        /// `udp`, `tcp` or `xdp`.
        public var name: String
        /// By response code.
        public var responses: [UInt64]
        public var truncated: UInt64
        public var dropped: UInt64
        /// From addresses that are not allowed.
        public var denied: UInt64 = 0
        /// Above the rate limit: without an answer, and with an empty one that has TC.
        public var limited: UInt64 = 0
        public var slipped: UInt64 = 0
        /// Queries by what their cookie was worth.
        public var cookies: [CookieStanding: UInt64] = [:]
        /// By number of the zone (`CountedZones`), by response code; the last of these is for all other codes.
        public var zoneResponses: [[UInt64]] = []

        public init(name: String, responses: [UInt64], truncated: UInt64, dropped: UInt64) {
            self.name = name
            self.responses = responses
            self.truncated = truncated
            self.dropped = dropped
        }
    }

    /// TCP connections: those of now, and counts since the start.
    public struct Connections: Sendable {
        public var open: Int
        /// The most that may be open.
        public var limit: Int
        public var accepted: UInt64
        /// `idle`, `limit` or `client_limit`, with how many the server has closed for that.
        public var closed: [(reason: String, count: UInt64)]

        public init(open: Int, limit: Int, accepted: UInt64, closed: [(reason: String, count: UInt64)]) {
            self.open = open
            self.limit = limit
            self.accepted = accepted
            self.closed = closed
        }
    }

    /// Messages of the query log.
    public struct QueryLog: Sendable {
        public var written: UInt64
        public var dropped: UInt64

        public init(written: UInt64, dropped: UInt64) {
            self.written = written
            self.dropped = dropped
        }
    }

    /// Messages of one channel, counted since the start.
    public struct Notifications: Sendable {
        public var channel: String
        public var delivered: UInt64
        public var failed: UInt64
        public var retries: UInt64
        public var missedEvents: UInt64

        public init(channel: String, delivered: UInt64, failed: UInt64, retries: UInt64, missedEvents: UInt64) {
            self.channel = channel
            self.delivered = delivered
            self.failed = failed
            self.retries = retries
            self.missedEvents = missedEvents
        }
    }

    /// What probing finds; nil where nothing is known of it.
    public var probing: ProbingFigures?
    public var version: String
    /// What the server calls itself; may be empty.
    public var identity: String
    public var transports: [Transport]
    public var tcpConnections: Connections
    /// Which zones have counters of their own.
    public var countedZones: CountedZones
    public var reloads: Reloads
    public var notifications: [Notifications] = []
    /// Seconds since 1970.
    public var startTime: Double
    /// Nil where there is none.
    public var queryLog: QueryLog?
    private let source: any ZoneSource

    public init(
        version: String, identity: String, transports: [Transport], tcpConnections: Connections,
        countedZones: CountedZones, zones: any ZoneSource, reloads: Reloads, startTime: Double
    ) {
        self.version = version
        self.identity = identity
        self.transports = transports
        self.tcpConnections = tcpConnections
        self.countedZones = countedZones
        source = zones
        self.reloads = reloads
        self.startTime = startTime
    }

    /// All zones that are ours: perhaps many thousands, so they are only put together for whom they matter to.
    public var zones: [Zone] { source.zones(where: { _ in true }) }

    /// The zones that have metrics of their own.
    var zonesWithMetrics: [Zone] {
        source.zones { [countedZones] in countedZones.number(of: $0) != CountedZones.others }
    }

    /// Sums over all zones.
    var zoneSums: ZoneSums { source.sums }
}
