// What the stand-in does with a connection: DICOM on the one port, HTTP on the other.

internal import HealthChecks
internal import NIOCore
internal import NIOHTTP1

/// `EchoServer` on a connection.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var server: EchoServer

    init(aeTitle: String, checksCalledAETitle: Bool) {
        server = EchoServer(aeTitle: aeTitle, checksCalledAETitle: checksCalledAETitle)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let reply = server.receive(unwrapInboundIn(data).readableBytesView)
        if !reply.send.isEmpty {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.send)), promise: nil)
        }
        if reply.closes { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Answers like the few paths of Orthanc that probes ask for. One request per connection.
final class OrthancHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let name: String
    private let aeTitle: String
    private var request: HTTPRequestHead?

    init(name: String, aeTitle: String) {
        self.name = name
        self.aeTitle = aeTitle
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let request else { return }
            self.request = nil
            answer(request, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
        var headers: HTTPHeaders = ["Connection": "close", "Server": "TriageDNS stand-in"]
        let (status, body): (HTTPResponseStatus, String)
        // Orthanc 1.10.1 answers HEAD and OPTIONS with 404 on every path.
        switch request.method == .GET ? request.uri : "" {
        case "/":
            headers.add(name: "Location", value: "/app/explorer.html")
            (status, body) = (.movedPermanently, "")
        case "/system", "/orthanc/system":
            (status, body) = (.ok, systemDocument)
        case "/changes?last", "/orthanc/changes?last":
            (status, body) = (.ok, "{\"Changes\":[],\"Done\":true,\"Last\":0}\n")
        default:
            (status, body) = (.notFound, "")
        }
        if !body.isEmpty { headers.add(name: "Content-Type", value: "application/json") }
        headers.add(name: "Content-Length", value: "\(body.utf8.count)")
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }

    private var systemDocument: String {
        let fields = [("Name", name), ("DicomAet", aeTitle), ("Version", "stand-in")]
        let text = fields.map { "\"\($0.0)\":\"\(escape($0.1))\"" }.joined(separator: ",")
        return "{\(text)}\n"
    }

    /// The text in a JSON string (RFC 8259 §7).
    private func escape(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20: " "
            default: "\(scalar)"
            }
        }.joined()
    }
}
