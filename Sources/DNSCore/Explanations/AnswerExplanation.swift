// What is answered to a question, and why. For people: texts, and JSON with snake_case keys. Nothing here is touched by
// queries.

/// A question to be explained.
public struct ExplainedQuestion: Sendable {
    public var name: DomainName
    public var type: RecordType
    /// Where the query comes from.
    public var client: IPAddress
    /// What its Client Subnet option says (RFC 7871); nil for a query without one.
    public var subnet: AddressPrefix?

    public init(name: DomainName, type: RecordType, client: IPAddress, subnet: AddressPrefix? = nil) {
        self.name = name
        self.type = type
        self.client = client
        self.subnet = subnet
    }
}

/// How an answer comes about.
public struct AnswerExplanation: Sendable {
    /// The answer as it would be sent over UDP; empty if there would be none.
    public var message: [UInt8] = []
    /// The names that were looked up, the question's first.
    public var steps: [StepExplanation] = []
    /// The pool that was asked first, then those that it leads to.
    public var pools: [PoolExplanation] = []
    /// Its Extended DNS Error (RFC 8914); nil if it has none.
    public var error: ExtendedErrorReport?
    /// SCOPE PREFIX-LENGTH (RFC 7871 §7.2.1); nil without a Client Subnet option.
    public var subnetScope: Int?
    /// Whether the access list forbids to answer the client.
    public var isDenied = false
}

/// An Extended DNS Error.
public struct ExtendedErrorReport: Codable, Hashable, Sendable {
    /// INFO-CODE.
    public var code: Int
    /// EXTRA-TEXT.
    public var text: String
}

/// One name that was looked up.
public struct StepExplanation: Codable, Hashable, Sendable {
    /// What was found of a name (RFC 1034 §4.3.2).
    public enum Finding: String, Codable, Sendable {
        /// The name itself.
        case exact
        /// The name does not exist, but a wildcard covers it (RFC 4592).
        case wildcard
        /// It lies in a part of the zone that is delegated to other servers.
        case delegation
        /// It lies below a name that has a DNAME (RFC 6672).
        case redirection
        case nameError = "name_error"
        /// The zone is ours, but could not be loaded.
        case notLoaded = "not_loaded"
        /// No zone of ours encloses it.
        case elsewhere
    }

    public var name: String
    /// The apex of the zone that it is in.
    public var zone: String?
    public var serial: UInt32?
    public var finding: Finding
    /// The name that the records stand at, where it is another: the wildcard, the cut, the DNAME's owner.
    public var owner: String?
    /// The types that `owner` or the name has; `POOL` for addresses or hosts of a pool. Numbers, as `TYPE28`.
    public var types: [String]
    /// The pool that the answer is made from, if one is.
    public var pool: String?
    /// The TTL of its record in the zone file, in seconds.
    public var timeToLive: UInt32?

    enum CodingKeys: String, CodingKey {
        case name, zone, serial, finding, owner, types, pool
        case timeToLive = "ttl"
    }
}
