// GET /v1/events: what has happened to pools, a page at a time, or as it happens (server-sent events, WHATWG HTML §9.2).

import AdminRequests
import Foundation
import HTTPTypes
import HealthChecks
import Hummingbird
import NIOCore
import ServiceLifecycle

extension AdminServer {
    private static let defaultLimit = 100
    private static let maximumLimit = 1000
    /// How often a stream says that it is still there: proxies close what is silent for a minute.
    private static let pulse = Duration.seconds(15)

    /// `?after=SEQ&limit=N`; a stream for those who accept `text/event-stream`.
    func addEvents(to routes: inout RouteList, _ streams: StreamSlots) {
        routes.get("/v1/events") { [source] request, _ in
            let parameters = try request.parameters("after", "limit")
            let after = try parameters.number("after", in: 0...UInt64.max) ?? 0
            let limit = try parameters.number("limit", in: 1...Self.maximumLimit) ?? Self.defaultLimit
            guard request.headers[.accept]?.contains("text/event-stream") == true else {
                return try Response.json(await source.events.page(after: after, limit: limit, from: source.archive))
            }
            let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { UInt64($0) }
            return Self.stream(source, after: last ?? after, try streams.take())
        }
    }

    /// All events after `sequence`, and then each as it happens.
    private static func stream(
        _ source: any AdminSource, after sequence: UInt64, _ slot: StreamSlots.Slot
    ) -> Response {
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(slot) {} }
            var next = sequence
            for await _ in source.events.wakeUps(every: pulse).cancelOnGracefulShutdown() {
                let text = await take(from: source, after: &next)
                try await writer.write(ByteBuffer(string: text.isEmpty ? ":\n\n" : text))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// What there is to send. Who was too slow is told how many events are gone.
    private static func take(from source: any AdminSource, after next: inout UInt64) async -> String {
        var text = ""
        while true {
            let page = await source.events.page(after: next, limit: maximumLimit, from: source.archive)
            guard let first = page.events.first else { return text }
            if next != 0, first.sequence > next, first.sequence - next > 1 {
                text += "event: missed\ndata: {\"count\":\(first.sequence - next - 1)}\n\n"
            }
            for event in page.events {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                guard let data = try? encoder.encode(event) else { continue }
                text += "id: \(event.sequence)\nevent: \(event.kind.rawValue)\n"
                text += "data: \(String(decoding: data, as: UTF8.self))\n\n"
            }
            next = page.next
        }
    }
}
