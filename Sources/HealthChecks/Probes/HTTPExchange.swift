// One HTTP/1.1 request (RFC 9112), the status of its answer, and as much of the body as is asked for. A redirect is an
// answer like others: it is not followed.

internal import Checks
internal import NIOCore
internal import NIOHTTP1

/// Asks, and judges the status line once the header section is complete, then the body.
struct HTTPExchange: Exchange {
    let options: HTTPOptions
    /// Value of the Host header (RFC 9110 §7.2).
    let host: String
    /// Value of the Authorization header.
    let authorization: String?
    let timeout: Duration
    /// Filled if a pattern is left to be looked for.
    let collected = CollectedBody()

    private var status: Int?
    private var body: BodyReader?
    private var isDone = false

    /// The most octets of an answer's header section, and of one field in it.
    static let headerLimit = 65_536

    init(options: HTTPOptions, host: String, authorization: String? = nil, timeout: Duration) {
        self.options = options
        self.host = host
        self.authorization = authorization
        self.timeout = timeout
    }

    var layer: Layer { .http }

    func begin() -> ExchangeStep<HTTPClientRequestPart> {
        var headers: HTTPHeaders = [
            "Host": host, "User-Agent": "TriageDNS", "Accept": "*/*", "Connection": "close",
        ]
        if let authorization { headers.add(name: "Authorization", value: authorization) }
        for header in options.headers { headers.replaceOrAdd(name: header.name, value: header.value) }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: options.method), uri: options.path, headers: headers)
        return ExchangeStep(send: [.head(head), .end(nil)], deadline: timeout)
    }

    mutating func receive(
        _ message: HTTPClientResponsePart, at elapsed: Duration
    ) -> ExchangeStep<HTTPClientRequestPart> {
        guard !isDone else { return .nothing }
        switch message {
        case .head(let head):
            // Interim responses (RFC 9110 §15.2) precede the answer.
            return head.status.code >= 200 ? take(head) : .nothing
        case .body(let octets):
            body?.append(octets)
            return body?.isComplete == true ? judgeBody() : .nothing
        case .end:
            return status == nil ? .nothing : judgeBody()
        }
    }

    mutating func deadlinePassed() -> ExchangeStep<HTTPClientRequestPart> {
        let what = status.map { "HTTP status \($0), but no end of the body" } ?? "no answer"
        return end(.failed(.http, "\(what) within \(timeout.spoken)"))
    }

    mutating func closed() -> ExchangeStep<HTTPClientRequestPart> {
        end(.failed(.http, status == nil ? "closed without an HTTP answer" : "closed in the middle of the body"))
    }

    func explain(_ error: any Error) -> String? {
        switch error {
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection:
            status == nil ? "closed without an HTTP answer" : "closed in the middle of the body"
        case HTTPParserError.headerOverflow: "an HTTP header section of more than \(Self.headerLimit) octets"
        case is HTTPParserError: "not an HTTP answer"
        default: nil
        }
    }

    private mutating func take(_ head: HTTPResponseHead) -> ExchangeStep<HTTPClientRequestPart> {
        let status = Int(head.status.code)
        self.status = status
        guard options.expectedStatus.contains(where: { $0.contains(status) }) else {
            let redirect = 300...399 ~= status ? "; redirects are not followed" : ""
            return end(.failed(.http, "HTTP status \(status), expected \(expectation)\(redirect)"))
        }
        guard !options.body.isEmpty else { return end(.passed) }
        body = BodyReader(options.body)
        return .nothing
    }

    private mutating func judgeBody() -> ExchangeStep<HTTPClientRequestPart> {
        if let problem = body?.problem { return end(.failed(.http, "HTTP status \(status ?? 0), but \(problem)")) }
        if options.body.pattern != nil, let octets = body?.octets { collected.set(octets) }
        return end(.passed)
    }

    private mutating func end(_ outcome: Verdict.Outcome) -> ExchangeStep<HTTPClientRequestPart> {
        isDone = true
        var step = ExchangeStep<HTTPClientRequestPart>.end(outcome)
        step.detail = status.map { "HTTP status \($0)" }
        return step
    }

    /// `200-299, 401 or 403`.
    private var expectation: String {
        let texts = options.expectedStatus.map { range in
            range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        guard let last = texts.last, texts.count > 1 else { return texts.first ?? "none" }
        return "\(texts.dropLast().joined(separator: ", ")) or \(last)"
    }
}
