// Small servers that behave as a test says, on a free port of 127.0.0.1.

import DNSCore
import HealthChecks
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import StandIn

let testGroup = MultiThreadedEventLoopGroup.singleton
let loopback = IPAddress.v4(0x7F00_0001)
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// What a server does with one connection.
enum Behaviour: Sendable {
    case silent
    case closesAtOnce
    /// Sends each of these as an answer to whatever has come, and then does nothing, or closes.
    case answers([[UInt8]], closes: Bool = false)
    /// As `answers`, but each octet is a write of its own.
    case dribbles([[UInt8]])
    /// As `answers`, each of them late; says when the peer has closed the connection.
    case answersLate([[UInt8]], by: TimeAmount, AsyncStream<Void>.Continuation)
    /// Sends this when something has come, and tells what that was.
    case records([UInt8], AsyncStream<[UInt8]>.Continuation)
}

/// Runs `body` with the port of a server that behaves like that, behind TLS if there is a certificate.
func withServer<Result>(
    _ behaviour: Behaviour, tls: TestCertificate? = nil, clientsFrom authority: TestCertificate? = nil,
    _ body: (UInt16) async throws -> Result
) async throws -> Result {
    let context = try tls?.serverContext(clientsFrom: authority)
    let server = try await ServerBootstrap(group: testGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
                try channel.pipeline.syncOperations.addHandler(BehaviourHandler(behaviour))
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    let port = UInt16(server.localAddress?.port ?? 0)
    do {
        let result = try await body(port)
        try await server.close()
        return result
    } catch {
        try await server.close()
        throw error
    }
}

/// 127.0.0.99, where nobody listens.
let nowhere = IPAddress.v4(0x7F00_0063)

private final class BehaviourHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: Behaviour
    private var next = 0

    init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    func channelActive(context: ChannelHandlerContext) {
        if case .closesAtOnce = behaviour { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch behaviour {
        case .silent, .closesAtOnce: break
        case .answers(let answers, let closes):
            guard next < answers.count else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answers[next])), promise: nil)
            next += 1
            if closes, next == answers.count { context.close(promise: nil) }
        case .dribbles(let answers):
            guard next < answers.count else { return }
            for octet in answers[next] {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [octet])), promise: nil)
            }
            next += 1
        case .records(let answer, let requests):
            requests.yield(Array(unwrapInboundIn(data).readableBytesView))
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
        case .answersLate(let answers, let delay, _):
            guard next < answers.count else { return }
            let answer = wrapOutboundOut(ByteBuffer(bytes: answers[next]))
            next += 1
            context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
                context.writeAndFlush(answer, promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .answersLate(_, _, let closed) = behaviour { closed.yield() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Runs `body` beside a stand-in on free ports.
func withStandIn<Result: Sendable>(
    at address: IPAddress = loopback, aeTitle: String = "ORTHANC", checksCalledAETitle: Bool = false,
    dicomPort: UInt16 = 0, httpsPort: UInt16 = 0,
    _ body: @Sendable (StandIn.Ports) async throws -> Result
) async throws -> Result {
    let (ports, bound) = AsyncStream.makeStream(of: StandIn.Ports.self)
    let standIn = StandIn(
        address: address, httpsPort: httpsPort, dicomPort: dicomPort, aeTitle: aeTitle, name: "orthanc-a",
        checksCalledAETitle: checksCalledAETitle, certificateNames: ["pacs.example.org"], group: testGroup,
        logger: quiet
    ) { bound.yield($0) }
    let running = Task {
        defer { bound.finish() }
        try await standIn.run()
    }
    guard let place = await ports.first(where: { _ in true }) else {
        try await running.value
        throw CancellationError()
    }
    do {
        let result = try await body(place)
        running.cancel()
        try await running.value
        return result
    } catch {
        running.cancel()
        throw error
    }
}
