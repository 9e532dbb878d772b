// One request whose answer has no end: its lines as they come.

import NIOCore
import NIOHTTP1
import NIOPosix

extension HTTPClient {
    /// The longest line.
    private static let maximumLine = 1 << 20

    /// - Parameter check: called with the status, and the body if that is not 200, before there are lines.
    func lines(
        _ path: String, accept: String, check: (Int, String) throws -> Void
    ) async throws -> AsyncThrowingStream<String, any Error> {
        let (lines, continuation) = AsyncThrowingStream.makeStream(of: String.self, throwing: (any Error).self)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let head = loop.makePromise(of: (Int, String).self)
        let channel = try await connect(loop) { pipeline in
            try pipeline.addHandler(LineHandler(head, continuation, longest: Self.maximumLine))
        }
        continuation.onTermination = { _ in channel.close(promise: nil) }
        var request = self.head(.GET, path)
        request.headers.add(name: "Accept", value: accept)
        channel.write(HTTPClientRequestPart.head(request), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let (status, body) = try await head.futureResult.get()
        try check(status, body)
        return lines
    }

    /// Cuts the body into lines.
    private final class LineHandler: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private let head: EventLoopPromise<(Int, String)>
        private let lines: AsyncThrowingStream<String, any Error>.Continuation
        private let longest: Int
        private var status = 0
        private var buffer: [UInt8] = []

        init(
            _ head: EventLoopPromise<(Int, String)>, _ lines: AsyncThrowingStream<String, any Error>.Continuation,
            longest: Int
        ) {
            self.head = head
            self.lines = lines
            self.longest = longest
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let answer):
                status = Int(answer.status.code)
                if status == 200 { head.succeed((status, "")) }
            case .body(let part):
                buffer += part.readableBytesView
                if status == 200 { cut() }
                if buffer.count > longest { context.close(promise: nil) }
            case .end:
                head.succeed((status, String(decoding: buffer, as: UTF8.self)))
                lines.finish()
            }
        }

        private func cut() {
            var start = 0
            while let end = buffer[start...].firstIndex(of: 10) {
                lines.yield(String(decoding: buffer[start..<end], as: UTF8.self))
                start = end + 1
            }
            buffer.removeFirst(start)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            head.fail(error)
            lines.finish(throwing: error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            head.fail(ChannelError.eof)
            lines.finish()
        }
    }
}
