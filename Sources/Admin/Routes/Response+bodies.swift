// The forms that answers have.

import AdminRequests
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json"
    ) throws -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: try encoded(value)))
    }

    /// With an entity tag: who polls is told in a few octets that nothing has changed.
    static func json(_ value: some Encodable, to request: Request) throws -> Response {
        conditional(try encoded(value), type: "application/json", to: request)
    }

    /// - Parameter caching: `no-cache` means that who keeps it asks whether it is still good (RFC 9111 §5.2.2.4).
    static func conditional(
        _ body: ByteBuffer, type: String, caching: String = "private, no-cache", to request: Request
    ) -> Response {
        let digest = SHA256.hash(data: body.readableBytesView).prefix(16)
        let tag = "\"" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
        var headers: HTTPFields = [.eTag: tag, .cacheControl: caching]
        if let field = request.headers[.ifNoneMatch], EntityTags.match(field, tag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }

    private static func encoded(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var body = ByteBuffer(bytes: try encoder.encode(value))
        body.writeString("\n")
        return body
    }
}
