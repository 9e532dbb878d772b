// One TCP connection: messages with a length in front, answered in order, all answers to one read in one write
// (RFC 7766 §6.2.1.1, §8).

import DNSCore
import NIOCore

/// Cuts the stream into queries and writes the answers.
final class TCPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let desk: TCPDesk
    private let client: IPAddress
    private let idleTimeout: TimeAmount
    /// What came and is not answered yet: part of a message, or what a client sent that does not read its answers; at
    /// most what the channel reads at a time, and 64 KB.
    private var input = ByteBuffer()
    private var lastQuery = NIODeadline.now()
    private var idleCheck: Scheduled<Void>?
    private var isInputClosed = false
    /// Writing can tell of writability, which answers more: not while it does so already.
    private var isAnswering = false

    /// Memory that a connection keeps between queries, in octets.
    private static let keptCapacity = 4096
    /// Octets of answers after which they are written. One answer may be longer.
    private static let writeSize = 16_384

    init(desk: TCPDesk, client: IPAddress, idleTimeout: TimeAmount) {
        self.desk = desk
        self.client = client
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

    /// Answers the messages that are there in full, as long as the client takes the answers.
    private func answerWhole(_ context: ChannelHandlerContext) {
        guard !isAnswering else { return }
        isAnswering = true
        defer { isAnswering = false }
        while context.channel.isWritable, hasWholeMessage {
            var output = context.channel.allocator.buffer(capacity: 512)
            let isQuery = answer(into: &output)
            if output.readableBytes > 0 { context.write(wrapOutboundOut(output), promise: nil) }
            // A client that sends what is no query gets no second chance.
            guard isQuery else { return closeAfterAnswers(context) }
        }
        if input.readableBytes == 0 {
            if input.capacity > Self.keptCapacity { input = ByteBuffer() }
        } else {
            input.discardReadBytes()
        }
        if isInputClosed, !hasWholeMessage { closeAfterAnswers(context) }
    }

    /// Answers messages until there are enough answers for one write.
    /// - Returns: false if one must not be answered.
    private func answer(into output: inout ByteBuffer) -> Bool {
        while output.readableBytes < Self.writeSize,
            let length = input.getInteger(at: input.readerIndex, as: UInt16.self),
            let message = input.viewBytes(at: input.readerIndex + 2, length: Int(length))
        {
            guard desk.answer(message, from: client, into: &output) else { return false }
            input.moveReaderIndex(forwardBy: 2 + Int(length))
            lastQuery = .now()
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
            answerWhole(context)
            context.flush()
        }
        context.fireChannelWritabilityChanged()
    }

    /// A client that has sent all it wanted still gets its answers (RFC 7766 §6.2.3).
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        answerWhole(context)
    }

    private func closeAfterAnswers(_ context: ChannelHandlerContext) {
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
