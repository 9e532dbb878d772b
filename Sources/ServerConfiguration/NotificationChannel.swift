// A way to tell somebody what has happened: a webhook or a program, and which events it is for. Plain data.

/// One of the section `notify`.
public struct NotificationChannel: Hashable, Sendable {
    public var name: String
    public var receiver: Receiver
    /// Which events it is for; never empty.
    public var subjects: Set<Subject>
    /// Only events of these pools, and those of the node; nil: of all pools.
    public var pools: Set<String>?
    /// For one attempt.
    public var timeout: Duration
    /// How long after its first attempt a message is tried again; zero: not at all.
    public var retryFor: Duration
    /// After a message the next one waits at least so long, and takes all that has happened by then; nil: each event
    /// is a message of its own, sent when the one before it has been.
    public var digest: Duration?

    public enum Receiver: Hashable, Sendable {
        case webhook(Webhook)
        /// The absolute path of a program, and its arguments.
        case program(path: String, arguments: [String])
    }

    /// What an event is about.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        /// A target's state, or what an operator has set over it.
        case target
        /// A pool as a whole: its answers are made in another way than before.
        case pool
        /// What this node makes of itself.
        case prober
    }

    public static let defaultTimeout = Duration.seconds(10)
    public static let defaultRetryFor = Duration.seconds(600)
    public static let defaultDigest = Duration.seconds(2)

    public init(
        name: String, receiver: Receiver, subjects: Set<Subject> = Set(Subject.allCases), pools: Set<String>? = nil,
        timeout: Duration = NotificationChannel.defaultTimeout,
        retryFor: Duration = NotificationChannel.defaultRetryFor, digest: Duration? = NotificationChannel.defaultDigest
    ) {
        self.name = name
        self.receiver = receiver
        self.subjects = subjects
        self.pools = pools
        self.timeout = timeout
        self.retryFor = retryFor
        self.digest = digest
    }
}

/// Where to post messages to, and how the receiver knows that they are ours.
public struct Webhook: Hashable, Sendable {
    /// `http://` or `https://`, with a host.
    public var url: String
    /// Keys of HMAC-SHA256; each signs, so that a receiver can go from one to the next. Empty: no signature.
    public var secrets: [[UInt8]]
    /// PEM file of the authorities to trust; nil: the system's.
    public var authorityFile: String?
    /// The HTTP proxy that requests go through.
    public var proxy: Proxy?

    public struct Proxy: Hashable, Sendable {
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    public init(url: String, secrets: [[UInt8]] = [], authorityFile: String? = nil, proxy: Proxy? = nil) {
        self.url = url
        self.secrets = secrets
        self.authorityFile = authorityFile
        self.proxy = proxy
    }
}
