// Accepts nothing for a moment when the system has no descriptor or memory for another connection. The kernel goes on
// saying that one waits, and SwiftNIO would go on trying, with all the processor.

import Glibc
import NIOCore

/// Stands in a listening channel before all other handlers.
final class AcceptGate: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let connections: TCPConnections
    private var isClosed = false

    private static let pause = TimeAmount.milliseconds(50)

    init(_ connections: TCPConnections) { self.connections = connections }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(data)
        if connections.isOverfull { close(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            // A client that has gone before it was accepted, or an error that has closed the channel.
            return
        }
        connections.closeIdlest()
        close(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        guard !isClosed else { return }
        isClosed = true
        setReading(false, context.channel)
        let bound = context.loopBound
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in
            isClosed = false
            setReading(true, bound.value.channel)
        }
    }

    private func setReading(_ isReading: Bool, _ channel: any Channel) {
        // It fails when the listener has been stopped meanwhile.
        channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
    }
}
