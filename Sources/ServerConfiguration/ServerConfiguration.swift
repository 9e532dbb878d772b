// What triagedns.yaml says, validated: no value in it needs another look.

public import DNSCore
public import HealthChecks

/// The whole file, with defaults filled in.
public struct ServerConfiguration: Hashable, Sendable {
    public var server: ServerSettings
    /// In the order of the file.
    public var pools: [ConfiguredPool]

    public init(server: ServerSettings = ServerSettings(), pools: [ConfiguredPool] = []) {
        self.server = server
        self.pools = pools
    }
}

/// The section `server`.
public struct ServerSettings: Hashable, Sendable {
    /// Where DNS is answered, over UDP and TCP; nil for `SocketEndpoint.defaultListen`, as far as the machine has that.
    /// Never empty.
    public var listen: [SocketEndpoint]?
    /// Where the HTTP API is; nil for `off`.
    public var admin: SocketEndpoint?
    /// What this server calls itself in the label `identity` of its metrics.
    public var identity: String?
    /// UDP threads; nil for one per core.
    public var workers: Int?
    /// The largest UDP answer, in octets (RFC 6891 §6.2.5).
    public var udpPayloadSize: Int
    /// How long a TCP connection may be silent (RFC 7766 §6.2.3).
    public var tcpIdleTimeout: Duration
    /// Whether the directory is read again when its files change.
    public var watch: Bool

    public init(
        listen: [SocketEndpoint]? = nil, admin: SocketEndpoint? = .defaultAdmin,
        identity: String? = nil, workers: Int? = nil, udpPayloadSize: Int = 1_232,
        tcpIdleTimeout: Duration = .seconds(10), watch: Bool = false
    ) {
        self.listen = listen
        self.admin = admin
        self.identity = identity
        self.workers = workers
        self.udpPayloadSize = udpPayloadSize
        self.tcpIdleTimeout = tcpIdleTimeout
        self.watch = watch
    }
}

/// One of the section `pools`: who answers, how each is checked, and where that is written.
public struct ConfiguredPool: Hashable, Sendable {
    public var definition: PoolDefinition
    /// Those of `profile` first, then those of `checks` in their order.
    public var checks: [CheckDefinition]
    /// The line of the pool's name.
    public var line: Int

    public init(definition: PoolDefinition, checks: [CheckDefinition], line: Int) {
        self.definition = definition
        self.checks = checks
        self.line = line
    }
}
