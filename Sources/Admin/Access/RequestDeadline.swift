// Who opens a connection has to ask in time, and to the end: a client that sends an octet now and then would hold it for
// ever.

import NIOCore
import NIOHTTPTypes

final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private static let limit = TimeAmount.seconds(15)

    private var deadline: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) { start(context) }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        // Between two requests a connection may be idle for as long as the server lets it.
        case .end: deadline?.cancel()
        case .head: start(context)
        case .body: break
        }
        context.fireChannelRead(data)
    }

    private func start(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.limit) { context.close(promise: nil) }
    }
}
