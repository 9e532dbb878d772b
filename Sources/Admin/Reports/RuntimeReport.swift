// What this process is, and how it fares.

public import HealthChecks

/// The body of `GET /v1/runtime`. Counts are since the start.
public struct RuntimeReport: Codable, Sendable {
    public var version: String
    /// What the server calls itself; absent if nothing.
    public var identity: String?
    public var pid: Int32
    /// RFC 3339.
    public var startedAt: String
    public var uptimeSeconds: Double
    /// The first probe round is over, and answers are given.
    public var isReady: Bool
    /// Of zones and triagedns.yaml.
    public var directory: String
    /// What survives a restart; absent if that is not wanted.
    public var state: StateStatus?
    /// UDP threads for each address.
    public var workers: Int
    public var listeners: [Listener]
    public var reloads: Reloads
    public var queries: [Transport]
    public var tcpConnections: Connections
    public var queryLog: QueryLog?
    public var probing: Probing?
    public var process: ProcessFigures

    /// A place where questions are taken.
    public struct Listener: Codable, Sendable {
        /// `udp`, `tcp`, `xdp` or `http`.
        public var transport: String
        /// `127.0.0.1:5300`; of `xdp` the interface.
        public var address: String

        public init(transport: String, address: String) {
            self.transport = transport
            self.address = address
        }
    }

    public struct Reloads: Codable, Sendable {
        public var loaded: Int
        public var partial: Int
        public var refused: Int
        /// The last one, or the start.
        public var lastAt: String
        /// There was no error in what was read then.
        public var lastWasLoaded: Bool

        enum CodingKeys: String, CodingKey {
            case loaded, partial, refused
            case lastAt = "last_at"
            case lastWasLoaded = "last_was_loaded"
        }
    }

    /// What came by one transport.
    public struct Transport: Codable, Sendable {
        /// `udp`, `tcp` or `xdp`.
        public var transport: String
        public var answered: UInt64
        /// By the name of the response code, or its number; those that never were are left out.
        public var responseCodes: [String: UInt64]
        public var truncated: UInt64
        /// Without an answer.
        public var dropped: UInt64
        /// From addresses that are not allowed.
        public var denied: UInt64
        /// Above the rate limit: without an answer, and with an empty truncated one.
        public var limited: UInt64
        public var slipped: UInt64

        enum CodingKeys: String, CodingKey {
            case transport, answered
            case responseCodes = "response_codes"
            case truncated, dropped, denied, limited, slipped
        }
    }

    public struct Connections: Codable, Sendable {
        public var open: Int
        public var accepted: UInt64
        /// By `idle`, `limit` and `client_limit`: those that the server has closed.
        public var closed: [String: UInt64]
    }

    public struct QueryLog: Codable, Sendable {
        public var written: UInt64
        public var dropped: UInt64
    }

    /// How many probes run at this moment, and may.
    public struct Probing: Codable, Sendable {
        public var running: Int
        public var mostRunning: Int
        public var limit: Int

        enum CodingKeys: String, CodingKey {
            case running
            case mostRunning = "most_running"
            case limit
        }
    }

    enum CodingKeys: String, CodingKey {
        case version, identity, pid
        case startedAt = "started_at"
        case uptimeSeconds = "uptime_seconds"
        case isReady = "is_ready"
        case directory, state, workers, listeners, reloads, queries
        case tcpConnections = "tcp_connections"
        case queryLog = "query_log"
        case probing, process
    }
}

/// What the kernel says of this process. A figure is absent where it says nothing.
public struct ProcessFigures: Codable, Sendable, Equatable {
    /// Octets: its own memory with its share of what it shares, and all that is resident.
    public var proportionalSize: UInt64?
    public var residentSize: UInt64?
    public var cpuSeconds: Double?
    public var threads: Int?
    public var descriptors: Int?
    public var mostDescriptors: UInt64?

    enum CodingKeys: String, CodingKey {
        case proportionalSize = "pss_bytes"
        case residentSize = "rss_bytes"
        case cpuSeconds = "cpu_seconds"
        case threads
        case descriptors = "open_descriptors"
        case mostDescriptors = "max_descriptors"
    }
}
