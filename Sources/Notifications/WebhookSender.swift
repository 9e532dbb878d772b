// One attempt to post a message.

internal import AsyncHTTPClient
internal import HealthChecks
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import ServerConfiguration
internal import Foundation

struct WebhookSender: Sendable {
    let webhook: Webhook
    let timeout: Duration

    func send(_ message: NotificationMessage) async -> Outbox.Result {
        var request = HTTPClientRequest(url: webhook.url)
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "User-Agent": "TriageDNS"]
        let headers = webhookHeaders(
            id: message.id, time: Int(Date().timeIntervalSince1970), body: message.body, secrets: webhook.secrets)
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: message.body))
        // One for each attempt: they are rare, certificates are read anew, and no idle connection stays.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result = await attempt(request, client)
        try? await client.shutdown()
        return result
    }

    private var configuration: HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = webhook.authorityFile { tls.trustRoots = .file(file) }
        // What a receiver answers says whether it has taken the message; another place to go is for people to configure.
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(timeout), read: TimeAmount(timeout)),
            proxy: webhook.proxy.map { .server(host: $0.host, port: $0.port) })
        configuration.httpVersion = .http1Only
        // What cannot be reached is our own affair to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private func attempt(_ request: HTTPClientRequest, _ client: HTTPClient) async -> Outbox.Result {
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout))
            let status = Int(response.status.code)
            guard !(200...299).contains(status) else { return .delivered("HTTP status \(status)") }
            let text = "HTTP status \(status)" + (await Self.start(of: response.body).map { ": \($0)" } ?? "")
            guard Self.isWorthRetrying(status) else { return .refused(text) }
            return .failed(text, after: response.headers.first(name: "Retry-After").flatMap { retryAfter($0) })
        } catch {
            return .failed(Self.text(of: error, timeout))
        }
    }

    /// Errors of the server, and those that say "later". What is moved (300 to 399) stays moved.
    private static func isWorthRetrying(_ status: Int) -> Bool { status >= 500 || [408, 425, 429].contains(status) }

    /// The first words of a body.
    private static func start(of body: HTTPClientResponse.Body) async -> String? {
        var octets: [UInt8] = []
        do {
            for try await part in body {
                octets += part.readableBytesView
                if octets.count >= 200 { break }
            }
        } catch {}
        let words = String(decoding: octets.prefix(200), as: UTF8.self).unicodeScalars
            .split { $0.value <= 0x20 || $0.value == 0x7f }
        return words.isEmpty ? nil : words.map { String($0) }.joined(separator: " ")
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]

    private static func text(of error: any Error, _ timeout: Duration) -> String {
        switch error {
        case let error as HTTPClientError where timeouts.contains(error): "no answer within \(timeout / .seconds(1)) s"
        case let error as HTTPClientError where error == .remoteConnectionClosed: "closed without an answer"
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { ErrorText.of($0.error) } ?? "\(error.host) has no address"
        default: ErrorText.of(error)
        }
    }
}

/// Reads the field Retry-After (RFC 9110 §10.2.3): seconds, or a date.
func retryAfter(_ text: String, now: Date = Date()) -> Duration? {
    if let seconds = Int(text), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = format.date(from: text) else { return nil }
    return .milliseconds(Int(min(max(0, date.timeIntervalSince(now)), 86_400) * 1000))
}
