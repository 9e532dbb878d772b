// The status page: GET / for reading, and its parts as they change (server-sent events, WHATWG HTML §9.2).

import Foundation
import HTTPTypes
import HealthChecks
import Hummingbird
import NIOCore
import ServiceLifecycle

extension AdminServer {
    /// How often a page is brought up to date where nothing happens.
    private static let pace = Duration.seconds(2)

    func addPage(to routes: inout RouteList, _ streams: StreamSlots) {
        routes.get("/") { [page] _, context in
            Self.html(await page.render(for: context.caller).page)
        }
        routes.get("/page/live") { [page, source] _, context in
            Self.live(page, source.events, for: context.caller, try streams.take())
        }
        for (name, file) in PageFiles.files.sorted(by: { $0.key < $1.key }) {
            routes.get("/page/\(name)") { request, _ in
                .conditional(file.content, type: file.type, caching: "public, max-age=86400", to: request)
            }
        }
    }

    /// Nothing but what comes from here, and nowhere else to go.
    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        if let policy = HTTPField.Name("Referrer-Policy") { headers[policy] = "same-origin" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private struct Part: Encodable {
        var id: String
        var html: String
    }

    /// First all parts, then each that has changed.
    private static func live(
        _ page: PageRenderer, _ journal: EventJournal, for caller: Caller?, _ slot: StreamSlots.Slot
    ) -> Response {
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(slot) {} }
            var sent: [String: String] = [:]
            var shape: Int?
            for await _ in journal.wakeUps(every: pace).cancelOnGracefulShutdown() {
                let parts = await page.render(for: caller)
                if let shape, shape != parts.shape {
                    try await writer.write(ByteBuffer(string: "event: reload\ndata:\n\n"))
                    break
                }
                shape = parts.shape
                var text = ""
                for (id, html) in parts.parts where sent[id] != html {
                    sent[id] = html
                    guard let data = try? JSONEncoder().encode(Part(id: id, html: html)) else { continue }
                    text += "event: part\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
                }
                try await writer.write(ByteBuffer(string: text.isEmpty ? ":\n\n" : text))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
}
