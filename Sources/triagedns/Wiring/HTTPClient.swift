// One request to the admin endpoint. Foundation's client would bring libcurl into the binary for it.

import DNSCore
import HealthChecks
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Asks a server over HTTP/1.1.
struct HTTPClient {
    var host: String
    var port: Int
    /// Nil for plain HTTP.
    var tls: NIOSSLContext?
    /// Sent with each request.
    var token: String?

    /// The most octets of a body.
    private static let maximumBody = 64 << 20
    var connectTimeout = Duration.seconds(5)
    /// How long the answer may take.
    var timeout = Duration.seconds(5)

    /// - Returns: status and body.
    func get(_ path: String) async throws -> (status: Int, body: String) { try await send(.GET, path) }

    /// - Returns: status and body.
    func send(
        _ method: HTTPMethod, _ path: String, json: String? = nil
    ) async throws -> (status: Int, body: String) {
        let (channel, answer) = try await connect { pipeline, answer in
            try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: Self.maximumBody))
            try pipeline.addHandler(AnswerHandler(answer))
        }
        defer { channel.close(promise: nil) }
        let limit = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { [timeout] in
            answer.fail(ChannelError.connectTimeout(TimeAmount(timeout)))
        }
        defer { limit.cancel() }
        var head = head(method, path)
        if let json {
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: "\(json.utf8.count)")
        }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let json {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: json))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let full = try await answer.futureResult.get()
        return (Int(full.head.status.code), full.body.map { String(buffer: $0) } ?? "")
    }

    /// - Parameter add: adds what stands behind the handlers of HTTP and fulfils the promise. From the start, as a server
    ///   whose certificate is not trusted is soon hung up on; more than once if the host has several addresses.
    /// - Returns: the channel, and the promise of who stands in it, which fails at the latest when it is closed.
    func connect<Answer: Sendable>(
        _ add: @escaping @Sendable (ChannelPipeline.SynchronousOperations, EventLoopPromise<Answer>) throws -> Void
    ) async throws -> (any Channel, EventLoopPromise<Answer>) {
        let promises = Promises<Answer>()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(connectTimeout))
            .channelInitializer { [tls, host] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        let isAddress = IPAddress(host) != nil
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try add(pipeline, promises.make(for: channel))
                }
            }
            .connect(host: host, port: port).get()
        return (channel, promises.promise(of: channel))
    }

    /// One for each channel that is tried.
    private final class Promises<Answer: Sendable>: Sendable {
        private let made = Mutex<[ObjectIdentifier: EventLoopPromise<Answer>]>([:])

        func make(for channel: any Channel) -> EventLoopPromise<Answer> {
            let promise = channel.eventLoop.makePromise(of: Answer.self)
            channel.closeFuture.whenComplete { _ in promise.fail(ChannelError.eof) }
            made.withLock { $0[ObjectIdentifier(channel)] = promise }
            return promise
        }

        func promise(of channel: any Channel) -> EventLoopPromise<Answer> {
            guard let promise = made.withLock({ $0[ObjectIdentifier(channel)] }) else {
                preconditionFailure("no channel is connected before it is set up")
            }
            return promise
        }
    }

    func head(_ method: HTTPMethod, _ path: String) -> HTTPRequestHead {
        var headers: HTTPHeaders = [
            "Host": "\(host.contains(":") ? "[\(host)]" : host):\(port)", "Connection": "close",
        ]
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    }

    /// What an error of a request is called.
    func text(of error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return ErrorText.of(error, within: timeout) }
        return error.connectionErrors.first.map { ErrorText.of($0.error, within: timeout) }
            ?? "\(error.host) has no address"
    }

    /// Hands the one answer on.
    private final class AnswerHandler: ChannelInboundHandler, Sendable {
        typealias InboundIn = NIOHTTPClientResponseFull

        private let promise: EventLoopPromise<NIOHTTPClientResponseFull>

        init(_ promise: EventLoopPromise<NIOHTTPClientResponseFull>) { self.promise = promise }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { promise.succeed(unwrapInboundIn(data)) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    }
}
