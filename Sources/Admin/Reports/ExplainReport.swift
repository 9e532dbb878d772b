// What was answered, or is, and why: the body of `GET /v1/explain`.

public import DNSCore

/// An answer and how it comes about. Times are ISO 8601 in UTC with milliseconds.
public struct ExplainReport: Codable, Sendable {
    /// As it was asked.
    public var name: String
    public var type: String
    public var client: ExplainedClient
    /// The moment that is explained.
    public var time: String
    /// Whether that is not now.
    public var isPast: Bool
    /// What a reader must know to take the rest for no more than it is.
    public var notes: [String]
    /// The names that were looked up.
    public var steps: [StepExplanation]
    /// The pool that was asked first, then those that it leads to.
    public var pools: [PoolExplanation]
    public var answer: AnswerReport

    enum CodingKeys: String, CodingKey {
        case name, type, client, time
        case isPast = "is_past"
        case notes, steps, pools, answer
    }

    public init(
        name: String, type: String, client: ExplainedClient, time: String, isPast: Bool, notes: [String],
        steps: [StepExplanation], pools: [PoolExplanation], answer: AnswerReport
    ) {
        self.name = name
        self.type = type
        self.client = client
        self.time = time
        self.isPast = isPast
        self.notes = notes
        self.steps = steps
        self.pools = pools
        self.answer = answer
    }
}

/// Whom the answer is for.
public struct ExplainedClient: Codable, Sendable {
    public enum Source: String, Codable, Sendable {
        /// Where the query comes from.
        case address
        /// Its Client Subnet option (RFC 7871).
        case clientSubnet = "client_subnet"
    }

    /// The address, or the prefix, by which the answer is chosen.
    public var network: String
    public var source: Source

    public init(network: String, source: Source) {
        self.network = network
        self.source = source
    }
}

/// The answer as a client would see it.
public struct AnswerReport: Codable, Sendable {
    /// `NOERROR`; absent if there is no answer at all.
    public var code: String?
    public var flags: [String]
    /// Records in presentation format.
    public var records: [String]
    public var authority: [String]
    public var additional: [String]
    public var error: ExtendedErrorReport?
    /// SCOPE PREFIX-LENGTH of its Client Subnet option.
    public var subnetScope: Int?
    /// Whether other answers are as likely: see `choices` of the first pool for all that there are.
    public var isOneOfSeveral: Bool

    enum CodingKeys: String, CodingKey {
        case code, flags, records, authority, additional, error
        case subnetScope = "subnet_scope"
        case isOneOfSeveral = "is_one_of_several"
    }

    public init(
        code: String?, flags: [String], records: [String], authority: [String], additional: [String],
        error: ExtendedErrorReport?, subnetScope: Int?, isOneOfSeveral: Bool
    ) {
        self.code = code
        self.flags = flags
        self.records = records
        self.authority = authority
        self.additional = additional
        self.error = error
        self.subnetScope = subnetScope
        self.isOneOfSeveral = isOneOfSeveral
    }
}

/// What `/v1/explain` is asked, as it stands in the URL.
public struct ExplainRequest: Sendable {
    public var name: String
    /// `A` if nobody says.
    public var type: String
    /// An address, or a prefix.
    public var client: String?
    public var at: String?

    public init(name: String, type: String = "A", client: String? = nil, at: String? = nil) {
        self.name = name
        self.type = type
        self.client = client
        self.at = at
    }
}

/// Why there is no explanation.
public enum ExplainProblem: Error, CustomStringConvertible {
    case badRequest(String)
    /// Nothing is kept of that time.
    case notKept(String)

    public var description: String {
        switch self {
        case .badRequest(let text), .notKept(let text): text
        }
    }
}
