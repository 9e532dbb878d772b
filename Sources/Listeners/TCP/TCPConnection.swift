// One TCP connection: messages with a length in front, answered in order, all answers to one read in one write
// (RFC 7766 §6.2.1.1, §8).

import DNSCore
import NIOCore

/// Cuts the stream into queries and writes the answers.
final class TCPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let session: TCPSession
    private let desk: TCPDesk
    private let connections: TCPConnections
    /// What came and is not answered yet: part of a message, or what a client sent that does not read its answers; at
    /// most a message and what is read at a time. Empty between queries, so that it holds no memory.
    private var input = ByteBuffer()
    /// There while the connection is open.
    private var context: ChannelHandlerContext?
    /// Octets of answers that the client had yet to take when last somebody looked.
    private var unsent = 0
    private var isInputClosed = false
    /// Only to flush what is written, and to close.
    private var isEnding = false
    /// Writing can tell of writability, which answers more: not while it does so already.
    private var isAnswering = false

    /// Octets of answers after which they are written. One answer may be longer.
    private static let writeSize = 16_384

    init(session: TCPSession, desk: TCPDesk, connections: TCPConnections) {
        self.session = session
        self.desk = desk
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        desk.idleWatch.add(self, on: context.eventLoop)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        desk.idleWatch.remove(self)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        var read = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = read } else { input.writeBuffer(&read) }
        answerWhole(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    /// Answers the messages that are there in full, as long as the client takes the answers.
    private func answerWhole(_ context: ChannelHandlerContext) {
        guard !isAnswering, !isEnding else { return }
        isAnswering = true
        defer { isAnswering = false }
        while context.channel.isWritable, hasWholeMessage {
            var output = context.channel.allocator.buffer(capacity: 512)
            let isQuery = answer(into: &output)
            if output.readableBytes > 0 { context.write(wrapOutboundOut(output), promise: nil) }
            // A client that sends what is no query gets no second chance.
            guard isQuery else { return closeAfterAnswers(context) }
            session.touch()
        }
        if input.readableBytes == 0 { input = ByteBuffer() } else { input.discardReadBytes() }
        if isInputClosed, !hasWholeMessage { closeAfterAnswers(context) }
    }

    /// Answers messages until there are enough answers for one write.
    /// - Returns: false if one must not be answered.
    private func answer(into output: inout ByteBuffer) -> Bool {
        while output.readableBytes < Self.writeSize,
            let length = input.getInteger(at: input.readerIndex, as: UInt16.self),
            let message = input.viewBytes(at: input.readerIndex + 2, length: Int(length))
        {
            guard desk.answer(message, from: session, into: &output) else { return false }
            input.moveReaderIndex(forwardBy: 2 + Int(length))
        }
        return true
    }

    private var hasWholeMessage: Bool {
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self) else { return false }
        return input.readableBytes >= 2 + Int(length)
    }

    /// A client that does not read its answers is not read either.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        context.channel.setOption(.autoRead, value: isWritable).whenFailure { _ in }
        if isWritable {
            session.touch()
            answerWhole(context)
            context.flush()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // A client that has sent all it wanted still gets its answers (RFC 7766 §6.2.4).
            isInputClosed = true
            answerWhole(context)
            context.flush()
        case is ChannelShouldQuiesceEvent: closeAfterAnswers(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func closeAfterAnswers(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        isEnding = true
        input = ByteBuffer()
        let bound = context.loopBound
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Whether the client has for too long sent no whole message and taken no answer. Octets of a message that is not
    /// whole count for nothing: whoever sends one at a time has no more time than others. How slowly a client takes its
    /// answers is its business, as long as it takes some.
    func isIdle(at now: NIODeadline) -> Bool {
        let unsent = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if unsent != self.unsent { session.touch() }
        self.unsent = unsent
        return now >= session.lastActivity + desk.idleTimeout
    }

    func closeIdle() {
        connections.countIdle()
        context?.close(promise: nil)
    }
}
