// What triagedns.yaml says, validated: no value in it needs another look.

public import Checks
public import DNSCore
public import Resolving

/// The whole file, with defaults filled in.
public struct ServerConfiguration: Hashable, Sendable {
    public var server: ServerSettings
    /// In the order of the file.
    public var pools: [ConfiguredPool]
    public var prober: ProberSettings
    /// In the order of the file.
    public var notify: [NotificationChannel]

    public init(
        server: ServerSettings = ServerSettings(), pools: [ConfiguredPool] = [],
        prober: ProberSettings = ProberSettings(), notify: [NotificationChannel] = []
    ) {
        self.server = server
        self.pools = pools
        self.prober = prober
        self.notify = notify
    }
}

/// The section `prober`: how the prober tells that it is cut off itself.
public struct ProberSettings: Hashable, Sendable {
    /// What takes TCP connections whenever this node is connected at all.
    public var references: [SocketEndpoint] = []
    /// How long states are held when everything falls silent at once; nil for `off`.
    public var freeze: Duration? = .seconds(600)

    public init() {}
}

/// The section `server`.
public struct ServerSettings: Hashable, Sendable {
    /// Where DNS is answered, over UDP and TCP; nil for `SocketEndpoint.defaultListen`, as far as the machine has that.
    /// Never empty.
    public var listen: [SocketEndpoint]?
    /// Where the HTTP API is; nil for `off`.
    public var admin: SocketEndpoint?
    public var adminAccess = AdminAccess()
    /// What this server calls itself: in NSID, in `id.server` and `hostname.bind`, and in the metrics.
    public var identity: String?
    /// What `version.bind` says; nil for the program's own words, empty for `off`.
    public var version: String?
    /// UDP threads; nil for one per core.
    public var workers: Int?
    /// The network interface whose UDP queries are taken with AF_XDP; nil for plain sockets alone.
    public var xdpInterface: String?
    /// The largest UDP answer, in octets (RFC 6891 §6.2.5).
    public var udpPayloadSize: Int
    /// How long a TCP connection may be silent (RFC 7766 §6.2.3).
    public var tcpIdleTimeout: Duration
    /// The most TCP connections, on all addresses together; nil for 5,000, or fewer if the system allows no more.
    public var tcpConnections: Int?
    /// The most TCP connections of one IPv4 address or IPv6 /64.
    public var tcpConnectionsPerClient: Int
    public var cookies = CookieSettings.random
    /// None: answers are not limited.
    public var rateLimit: RateLimit?
    public var access = AccessList()
    /// Whose answers say what is wrong with a pool.
    public var explainInAnswers = AddressPrefix.privateNetworks
    /// Whom to ask for the addresses of targets that are host names; nil for the system's name servers.
    public var resolvers: ResolverSettings?
    /// How long the addresses of a host name are kept when it cannot be resolved any more.
    public var keepAddresses = Duration.seconds(3600)
    /// Whether the directory is read again when its files change.
    public var watch: Bool
    public var log = LogSettings()
    /// Nil for `off`.
    public var queryLog: QueryLogSettings?
    public var state = StatePlace.standard
    /// How long events are kept in the state directory.
    public var stateKeep: Duration = .seconds(30 * 86_400)

    public init(
        listen: [SocketEndpoint]? = nil, admin: SocketEndpoint? = .defaultAdmin,
        identity: String? = nil, workers: Int? = nil, udpPayloadSize: Int = 1_232,
        tcpIdleTimeout: Duration = .seconds(10), tcpConnections: Int? = nil, tcpConnectionsPerClient: Int = 500,
        watch: Bool = false
    ) {
        self.listen = listen
        self.admin = admin
        self.identity = identity
        self.workers = workers
        self.udpPayloadSize = udpPayloadSize
        self.tcpIdleTimeout = tcpIdleTimeout
        self.tcpConnections = tcpConnections
        self.tcpConnectionsPerClient = tcpConnectionsPerClient
        self.watch = watch
    }
}

/// One of the section `pools`: who answers, how each is checked, and where that is written.
public struct ConfiguredPool: Hashable, Sendable {
    public var definition: PoolDefinition
    /// Those of `profile` first, then those of `checks` in their order.
    public var checks: [CheckDefinition]
    /// By name of the target: what is probed otherwise than the rest of the pool.
    public var targetProbing: [String: TargetProbing]
    /// How verdicts become states.
    public var rules: HealthRules
    /// How soon after a target has failed nobody may be sent to it any more; nil: nobody has said.
    public var recoveryTarget: RecoveryTarget?
    /// The line of the pool's name.
    public var line: Int
    /// The lines of its targets, by their names.
    public var targetLines: [String: Int]

    public init(
        definition: PoolDefinition, checks: [CheckDefinition], targetProbing: [String: TargetProbing] = [:],
        rules: HealthRules = HealthRules(), line: Int, targetLines: [String: Int] = [:]
    ) {
        self.definition = definition
        self.checks = checks
        self.targetProbing = targetProbing
        self.rules = rules
        self.line = line
        self.targetLines = targetLines
    }
}

/// Where what survives a restart is kept.
public enum StatePlace: Hashable, Sendable {
    /// Where systemd says (`StateDirectory=` in the unit), if it does; else nowhere.
    case standard
    case off
    case directory(String)

    /// Nil: nothing is kept.
    /// - Parameter environment: that of the process.
    public func directory(_ environment: [String: String]) -> String? {
        switch self {
        case .standard:
            // There may be several, separated by colons.
            environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        case .off: nil
        case .directory(let path): path
        }
    }
}

/// What an operator has promised, and where that is written.
public struct RecoveryTarget: Hashable, Sendable {
    public var duration: Duration
    public var line: Int

    public init(duration: Duration, line: Int) {
        self.duration = duration
        self.line = line
    }
}

/// DNS cookies (RFC 7873).
public enum CookieSettings: Hashable, Sendable {
    /// With a secret that nobody else has, until the program ends.
    case random
    /// The first makes new cookies, all are good (RFC 9018 §5).
    case secrets([CookieSecret])
    case off
}

extension ServerSettings {
    /// What the serving image is made with.
    /// - Parameters:
    ///   - secret: makes cookies if no file says which.
    ///   - version: what `version.bind` says if the file does not say.
    public func answers(secret: CookieSecret, version: String) -> AnswerSettings {
        let secrets: [CookieSecret] =
            switch cookies {
            case .random: [secret]
            case .secrets(let secrets): secrets
            case .off: []
            }
        return AnswerSettings(
            maximumPayload: udpPayloadSize, identity: Array((identity ?? "").utf8),
            version: Array((self.version ?? version).utf8), cookieSecrets: secrets,
            tcpKeepalive: UInt16(clamping: Int(tcpIdleTimeout / .milliseconds(100))),
            access: access, rateLimit: rateLimit, explainsTo: explainInAnswers)
    }
}
