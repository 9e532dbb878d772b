// One HTTP/1.1 request (RFC 9112) and the status of its answer. The body is not read.

internal import Checks
internal import DNSCore
internal import NIOHTTP1

/// Asks, and judges the status line once the header section is complete.
struct HTTPExchange: Exchange {
    let options: HTTPOptions
    /// Value of the Host header (RFC 9110 §7.2).
    let host: String
    let timeout: Duration

    private var isDone = false

    /// The most octets of an answer's header section, and of one field in it.
    static let headerLimit = 65_536

    init(options: HTTPOptions, host: String, timeout: Duration) {
        self.options = options
        self.host = host
        self.timeout = timeout
    }

    var layer: Layer { .http }

    func begin() -> ExchangeStep<HTTPClientRequestPart> {
        let headers: HTTPHeaders = [
            "Host": host, "User-Agent": "TriageDNS", "Accept": "*/*", "Connection": "close",
        ]
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: options.method), uri: options.path, headers: headers)
        return ExchangeStep(send: [.head(head), .end(nil)], deadline: timeout)
    }

    mutating func receive(
        _ message: HTTPClientResponsePart, at elapsed: Duration
    ) -> ExchangeStep<HTTPClientRequestPart> {
        guard !isDone, case .head(let head) = message else { return .nothing }
        let status = Int(head.status.code)
        // Interim responses (RFC 9110 §15.2) precede the answer.
        guard status >= 200 else { return .nothing }
        isDone = true
        if options.expectedStatus.contains(where: { $0.contains(status) }) { return .end(.passed) }
        return .end(.failed(.http, "HTTP status \(status), expected \(expectation)"))
    }

    mutating func deadlinePassed() -> ExchangeStep<HTTPClientRequestPart> {
        isDone = true
        return .end(.failed(.http, "no answer within \(timeout.spoken)"))
    }

    mutating func closed() -> ExchangeStep<HTTPClientRequestPart> {
        isDone = true
        return .end(.failed(.http, "closed without an HTTP answer"))
    }

    func explain(_ error: any Error) -> String? {
        switch error {
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: "closed without an HTTP answer"
        case HTTPParserError.headerOverflow: "an HTTP header section of more than \(Self.headerLimit) octets"
        case is HTTPParserError: "not an HTTP answer"
        default: nil
        }
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

extension HTTPOptions {
    /// What stands in the Host header: what the operator wrote, else the server's name or address with its port.
    func hostHeader(serverName: String?, address: IPAddress, port: UInt16, defaultPort: UInt16) -> String {
        if let host { return host }
        let name = serverName ?? (address.isV6 ? "[\(address)]" : "\(address)")
        return port == defaultPort ? name : "\(name):\(port)"
    }
}
