// One question to one name server, and its answer: over a UDP socket of its own, whose port the system chooses at random
// (RFC 5452 §9.2) and which hears nobody but that server, or over a TCP connection.

internal import DNSCore
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import NIOCore
internal import NIOPosix

/// Why a name server has not answered, in words that follow its address.
struct NoAnswer: Error {
    let text: String
}

/// A question under way. Ends at its answer, at its time limit, or when it is cancelled.
final class NameServerExchange: Sendable {
    private let server: ResolverSettings.Server
    private let query: LookupQuery
    private let loop: any EventLoop
    private let answer: EventLoopPromise<LookupResponse>

    init(_ query: LookupQuery, to server: ResolverSettings.Server, on loop: any EventLoop) {
        self.server = server
        self.query = query
        self.loop = loop
        answer = loop.makePromise()
    }

    /// - Parameter usesTCP: for what does not fit a datagram (RFC 7766).
    func response(within limit: Duration, usesTCP: Bool = false) async throws -> LookupResponse {
        let timer = loop.scheduleTask(in: .nanoseconds(Int64(limit / .nanoseconds(1)))) { [answer, server] in
            answer.fail(NoAnswer(text: "no answer from \(server) within \(limit.words)"))
        }
        answer.futureResult.whenComplete { _ in timer.cancel() }
        open(usesTCP: usesTCP)
        return try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            answer.fail(CancellationError())
        }
    }

    private func open(usesTCP: Bool) {
        do {
            let place = try SocketAddress(
                packedIPAddress: ByteBuffer(bytes: server.address.octets), port: Int(server.port))
            let opening =
                usesTCP
                ? ClientBootstrap(group: loop)
                    .channelInitializer { [self] in
                        add(StreamHandler(query: query, server: server, answer: answer), to: $0)
                    }
                    .connect(to: place)
                : DatagramBootstrap(group: loop)
                    .channelInitializer { [self] in
                        add(DatagramHandler(query: query, server: server, answer: answer), to: $0)
                    }
                    .connect(to: place)
            opening.whenComplete { [answer, server] result in
                switch result {
                case .success(let channel): answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
                case .failure(let error): answer.fail(NoAnswer(text: "\(server): \(error.words)"))
                }
            }
        } catch {
            answer.fail(NoAnswer(text: "\(server): \(error.words)"))
        }
    }

    private func add(_ handler: @autoclosure () -> some ChannelHandler, to channel: any Channel) -> EventLoopFuture<
        Void
    > {
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler()) }
    }
}

/// Sends the question, and waits for the datagram that answers it.
private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = ByteBuffer

    let query: LookupQuery
    let server: ResolverSettings.Server
    let answer: EventLoopPromise<LookupResponse>

    init(query: LookupQuery, server: ResolverSettings.Server, answer: EventLoopPromise<LookupResponse>) {
        self.query = query
        self.server = server
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: query.octets)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.take(Array(unwrapInboundIn(data).data.readableBytesView), to: query, from: server)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(NoAnswer(text: "\(server): \(error.words)"))
    }
}

/// The same over TCP, where each message has its length in front (RFC 1035 §4.2.2).
private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let query: LookupQuery
    let server: ResolverSettings.Server
    let answer: EventLoopPromise<LookupResponse>
    private var received = ByteBuffer()

    init(query: LookupQuery, server: ResolverSettings.Server, answer: EventLoopPromise<LookupResponse>) {
        self.query = query
        self.server = server
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let octets = query.octets
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(bytes: UInt16(octets.count).octets + octets)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        // Not more than one message: its length has 16 bits.
        received.writeBuffer(&part)
        while let length = received.getInteger(at: received.readerIndex, as: UInt16.self),
            received.readableBytes >= 2 + Int(length)
        {
            received.moveReaderIndex(forwardBy: 2)
            let message = received.readBytes(length: Int(length)) ?? []
            answer.take(message, to: query, from: server)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(NoAnswer(text: "\(server) has closed the TCP connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(NoAnswer(text: "\(server): \(error.words)"))
    }
}

extension EventLoopPromise<LookupResponse> {
    /// Takes a message, if it is the answer.
    fileprivate func take(_ message: [UInt8], to query: LookupQuery, from server: ResolverSettings.Server) {
        do {
            if let response = try LookupResponse(message, to: query) { succeed(response) }
        } catch {
            fail(NoAnswer(text: "a malformed answer from \(server)"))
        }
    }
}

extension Duration {
    /// `2 s`, `500 ms`.
    var words: String {
        let milliseconds = Int(self / .milliseconds(1))
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}

extension Error {
    /// What the system says of it, without the name of the call.
    fileprivate var words: String {
        guard let error = self as? IOError else { return "\(self)" }
        switch error.errnoCode {
        case ECONNREFUSED: return "connection refused"
        case ECONNRESET, EPIPE: return "connection reset"
        case ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL: return "no route"
        case EMFILE, ENFILE: return "too many open files on this machine"
        default: return "error \(error.errnoCode) of the operating system"
        }
    }
}
