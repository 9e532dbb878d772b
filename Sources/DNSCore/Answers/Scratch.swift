// What one worker needs while it answers, made before the first query.

/// Memory and chance of one worker. Never shared between threads.
public struct Scratch: ~Copyable {
    /// Queries that were read and wait for their answers.
    var pending = PendingQueries()
    var answering: AnswerScratch

    /// The time in seconds since 1970, in 32 bits: set before each batch. Cookies and rate limits need no finer one.
    public var now: UInt32 {
        get { answering.now }
        set { answering.now = newValue }
    }

    /// How many messages can be read before the first of them is answered.
    public static var pendingCapacity: Int { PendingQueries.capacity }

    /// - Parameters:
    ///   - seed: another one for each worker, or weighted answers come in step.
    ///   - isRehearsal: whether answers take no turn away from others, and count against no limit: they are only looked
    ///     at.
    public init(seed: UInt64, isRehearsal: Bool = false) {
        answering = AnswerScratch(seed: seed, isRehearsal: isRehearsal)
    }
}

/// What answering needs, and keeps from one answer to the next.
struct AnswerScratch: ~Copyable {
    /// The name that is being looked up: the question's, then the target of its CNAME.
    var name = QueryName()
    var seen = SeenNames()
    var steering: Steering
    /// What the answer's COOKIE option will be, if it has one.
    var cookie = Cookie()
    /// Of the answer in work.
    var summary = AnswerSummary()
    /// How many answers were above the rate limit.
    var limitedCount = 0
    var now: UInt32 = 0
    /// Whether answers take no turn away from others, and count against no limit.
    let isRehearsal: Bool

    init(seed: UInt64, isRehearsal: Bool) {
        steering = Steering(seed: seed, isRehearsal: isRehearsal)
        self.isRehearsal = isRehearsal
    }
}

/// How a query came, which decides how long its answer may be.
public enum Transport: Sendable {
    /// 512 octets, or what the client's OPT record allows, up to the image's maximum (RFC 6891 §6.2.3).
    case udp
    /// 65,535 octets (RFC 1035 §4.2.2).
    case tcp
    /// The same, encrypted: answers are padded if the query is (RFC 7830, RFC 8467 §4.1).
    case tls
}

/// Who asks, and how.
public struct Client: Sendable {
    public var address: IPAddress
    public var transport: Transport

    @inline(__always)
    public init(_ address: IPAddress, over transport: Transport) {
        self.address = address
        self.transport = transport
    }
}
