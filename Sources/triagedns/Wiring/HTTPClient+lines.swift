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
        let (channel, head) = try await connect { pipeline, head in
            try pipeline.addHandler(LineHandler(head, longest: Self.maximumLine))
        }
        var request = self.head(.GET, path)
        request.headers.add(name: "Accept", value: accept)
        channel.write(HTTPClientRequestPart.head(request), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let (status, body, lines) = try await head.futureResult.get()
        try check(status, body)
        return lines
    }

    /// Cuts the body into lines.
    private final class LineHandler: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        typealias Lines = AsyncThrowingStream<String, any Error>

        private let head: EventLoopPromise<(Int, String, Lines)>
        /// Until they are handed on: whoever has them ends the request by letting go of them.
        private var lines: Lines?
        private let input: Lines.Continuation
        private let longest: Int
        private var status = 0
        private var buffer: [UInt8] = []

        init(_ head: EventLoopPromise<(Int, String, Lines)>, longest: Int) {
            self.head = head
            self.longest = longest
            (lines, input) = Lines.makeStream()
        }

        func handlerAdded(context: ChannelHandlerContext) {
            let channel = context.channel
            input.onTermination = { _ in channel.close(promise: nil) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let answer):
                status = Int(answer.status.code)
                if status == 200 { handOn("") }
            case .body(let part):
                buffer += part.readableBytesView
                if status == 200 { cut() }
                if buffer.count > longest { context.close(promise: nil) }
            case .end:
                handOn(String(decoding: buffer, as: UTF8.self))
                input.finish()
            }
        }

        private func handOn(_ body: String) {
            guard let lines else { return }
            self.lines = nil
            head.succeed((status, body, lines))
        }

        private func cut() {
            var start = 0
            while let end = buffer[start...].firstIndex(of: 10) {
                input.yield(String(decoding: buffer[start..<end], as: UTF8.self))
                start = end + 1
            }
            buffer.removeFirst(start)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            head.fail(error)
            input.finish(throwing: error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { input.finish() }
    }
}
