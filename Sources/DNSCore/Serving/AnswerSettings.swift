// What an operator can choose about answers, zones and pools aside.

/// Part of a serving image, so a reload can change all of it.
public struct AnswerSettings: Sendable {
    /// The most octets that a UDP answer may take (RFC 6891 §6.2.5); 512 to 4096.
    public var maximumPayload: Int
    /// What this server calls itself to who asks: NSID (RFC 5001), `id.server` and `hostname.bind` (RFC 4892). At most
    /// 255 octets; none if it is empty.
    public var identity: [UInt8]
    /// What `version.bind` and `version.server` say; at most 255 octets, REFUSED if it is empty.
    public var version: [UInt8]
    /// Make server cookies; the first new ones, all are valid. Cookies are ignored if there are none.
    public var cookieSecrets: [CookieSecret]
    /// How long an idle TCP connection is kept, in units of 100 ms (RFC 7828 §3.1).
    public var tcpKeepalive: UInt16
    public var access: AccessList
    /// None: answers are not limited.
    public var rateLimit: RateLimit?
    /// Whose answers say what is wrong with the pool that they were made from (RFC 8914). The text names targets.
    public var explainsTo: [AddressPrefix]

    public init(
        maximumPayload: Int = 1232, identity: [UInt8] = [], version: [UInt8] = [], cookieSecrets: [CookieSecret] = [],
        tcpKeepalive: UInt16 = 100, access: AccessList = AccessList(), rateLimit: RateLimit? = nil,
        explainsTo: [AddressPrefix] = []
    ) {
        self.maximumPayload = maximumPayload
        self.identity = identity
        self.version = version
        self.cookieSecrets = cookieSecrets
        self.tcpKeepalive = tcpKeepalive
        self.access = access
        self.rateLimit = rateLimit
        self.explainsTo = explainsTo
    }
}
