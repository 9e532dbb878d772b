// One TCP connection: messages with a length in front, answered in order, all answers to one read in one write
// (RFC 7766 §6.2.1.1, §8).

import NIOCore

/// Cuts the stream into queries and writes the answers.
final class TCPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let desk: TCPDesk
    private let idleTimeout: TimeAmount
    /// What came but is not a whole message yet: at most a read and 64 KB.
    private var input = ByteBuffer()
    private var lastQuery = NIODeadline.now()
    private var idleCheck: Scheduled<Void>?
    private var isInputClosed = false

    /// Memory that a connection keeps between queries, in octets.
    private static let keptCapacity = 4096

    init(desk: TCPDesk, idleTimeout: TimeAmount) {
        self.desk = desk
        self.idleTimeout = idleTimeout
    }

    func channelActive(context: ChannelHandlerContext) {
        lastQuery = .now()
        watch(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var read = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = read } else { input.writeBuffer(&read) }
        answerWhole(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    /// Answers all messages that are there in full.
    private func answerWhole(_ context: ChannelHandlerContext) {
        var output = context.channel.allocator.buffer(capacity: 512)
        while let length = input.getInteger(at: input.readerIndex, as: UInt16.self) {
            let start = input.readerIndex + 2
            guard let message = input.viewBytes(at: start, length: Int(length)) else { break }
            // A client that sends what is no query gets no second chance.
            guard desk.answer(message, into: &output) else {
                context.writeAndFlush(wrapOutboundOut(output), promise: nil)
                return context.close(promise: nil)
            }
            input.moveReaderIndex(forwardBy: 2 + Int(length))
            lastQuery = .now()
        }
        if input.readableBytes == 0, input.capacity > Self.keptCapacity { input = ByteBuffer() }
        if output.readableBytes > 0 { context.write(wrapOutboundOut(output), promise: nil) }
    }

    /// A client that does not read its answers is not read either.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
        context.fireChannelWritabilityChanged()
    }

    /// A client that has sent all it wanted still gets its answers (RFC 7766 §6.2.3).
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        let bound = context.loopBound
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Closes the connection when no query has come for too long, and else looks again when that could be so.
    private func watch(_ context: ChannelHandlerContext) {
        let bound = context.loopBound
        idleCheck = context.eventLoop.assumeIsolated().scheduleTask(deadline: lastQuery + idleTimeout) { [self] in
            if NIODeadline.now() >= lastQuery + idleTimeout {
                bound.value.close(promise: nil)
            } else {
                watch(bound.value)
            }
        }
    }
}
