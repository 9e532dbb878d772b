// A name server on loopback whose answers a test writes: UDP and TCP on one port.

import DNSCore
import NIOCore
import NIOPosix

@testable import Resolving

let testGroup = MultiThreadedEventLoopGroup.singleton

/// From a query to messages; none: it is silent.
typealias Reply = @Sendable (_ query: [UInt8], _ usesTCP: Bool) -> [[UInt8]]

struct TestNameServer {
    let datagrams: any Channel
    let streams: any Channel

    var place: ResolverSettings.Server {
        ResolverSettings.Server(.v4(0x7f00_0001), port: UInt16(datagrams.localAddress?.port ?? 0))
    }

    init(_ reply: @escaping Reply) async throws {
        // The same port for both: another try where TCP's is taken.
        for _ in 0..<50 {
            let datagrams = try await DatagramBootstrap(group: testGroup)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramReplies(reply))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            do {
                let streams = try await ServerBootstrap(group: testGroup)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(StreamReplies(reply))
                        }
                    }
                    .bind(host: "127.0.0.1", port: datagrams.localAddress?.port ?? 0).get()
                self.datagrams = datagrams
                self.streams = streams
                return
            } catch { try await datagrams.close() }
        }
        throw NoAnswer(text: "no port for the test's name server")
    }

    func stop() async throws {
        try await datagrams.close()
        try await streams.close()
    }
}

/// Runs `body` with a name server, which is gone when it ends.
func withNameServer(_ reply: @escaping Reply, _ body: (ResolverSettings.Server) async throws -> Void) async throws {
    let server = try await TestNameServer(reply)
    do {
        try await body(server.place)
    } catch {
        try await server.stop()
        throw error
    }
    try await server.stop()
}

private final class DatagramReplies: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>
    let reply: Reply

    init(_ reply: @escaping Reply) { self.reply = reply }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        for message in reply(Array(envelope.data.readableBytesView), false) {
            let answer = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: message))
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}

private final class StreamReplies: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    let reply: Reply

    init(_ reply: @escaping Reply) { self.reply = reply }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let query = Array(unwrapInboundIn(data).readableBytesView.dropFirst(2))
        for message in reply(query, true) {
            let framed = UInt16(message.count).octets + message
            // In two parts, as networks deliver it.
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: framed.prefix(5))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: framed.dropFirst(5))), promise: nil)
        }
    }
}

/// The answer to `query` with these records, which follow its question.
func answer(_ query: [UInt8], flags: UInt16 = 0x8180, _ answers: [[UInt8]], authority: [[UInt8]] = []) -> [UInt8] {
    let counts: [UInt16] = [1, UInt16(answers.count), UInt16(authority.count), 0]
    return Array(query.prefix(2)) + flags.octets + counts.flatMap(\.octets) + query.dropFirst(12)
        + (answers + authority).joined()
}

/// Whether AAAA is asked for.
func asksForIPv6(_ query: [UInt8]) -> Bool { query[query.count - 3] == 28 }
