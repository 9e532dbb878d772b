// GET /v1/events: what has happened to pools, a page at a time, or as it happens (server-sent events, WHATWG HTML §9.2).

import Foundation
import HTTPTypes
import HealthChecks
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// How many streams there are.
final class EventStreams: Sendable {
    /// Each holds a connection of the endpoint, which is for a few programs of the operator's.
    static let maximum = 32

    private let count = Mutex(0)

    func open() -> Bool {
        count.withLock { count in
            guard count < Self.maximum else { return false }
            count += 1
            return true
        }
    }

    func close() { count.withLock { $0 -= 1 } }

    /// At once, with each piece of news, and with each pulse.
    static func wakeUps(_ journal: EventJournal, every pulse: Duration) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.yield()
            let news = Task {
                for await _ in journal.news() { continuation.yield() }
            }
            let beat = Task {
                while (try? await Task.sleep(for: pulse)) != nil { continuation.yield() }
            }
            continuation.onTermination = { _ in
                news.cancel()
                beat.cancel()
            }
        }
    }
}

extension AdminServer {
    private static let defaultLimit = 100
    private static let maximumLimit = 1000
    /// How often a stream says that it is still there: proxies close what is silent for a minute.
    private static let pulse = Duration.seconds(15)

    /// `?after=SEQ&limit=N`; a stream for those who accept `text/event-stream`.
    func addEvents(to router: Router<AdminContext>) {
        let streams = EventStreams()
        router.get("/v1/events") { [source] request, _ in
            let parameters = request.uri.queryParameters
            guard let after = Self.number(parameters["after"].map(String.init), in: 0...UInt64.max, default: 0),
                let limit = Self.number(
                    parameters["limit"].map(String.init), in: 1...UInt64(Self.maximumLimit),
                    default: UInt64(Self.defaultLimit))
            else {
                return Response.text(
                    "write after=NUMBER and limit=1 to \(Self.maximumLimit)\n", status: .badRequest)
            }
            guard request.headers[.accept]?.contains("text/event-stream") == true else {
                return Response.json(await source.events.page(after: after, limit: Int(limit), from: source.archive))
            }
            guard streams.open() else {
                return Response.text("too many streams of events are open\n", status: .serviceUnavailable)
            }
            let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { UInt64($0) }
            return Self.stream(source, after: last ?? after, streams)
        }
    }

    private static func number(_ text: String?, in range: ClosedRange<UInt64>, default value: UInt64) -> UInt64? {
        guard let text else { return value }
        return UInt64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// All events after `sequence`, and then each as it happens.
    private static func stream(_ source: AdminSource, after sequence: UInt64, _ streams: EventStreams) -> Response {
        let body = ResponseBody { writer in
            defer { streams.close() }
            var next = sequence
            for await _ in EventStreams.wakeUps(source.events, every: pulse).cancelOnGracefulShutdown() {
                let text = await take(from: source, after: &next)
                try await writer.write(ByteBuffer(string: text.isEmpty ? ":\n\n" : text))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// What there is to send. Who was too slow is told how many events are gone.
    private static func take(from source: AdminSource, after next: inout UInt64) async -> String {
        var text = ""
        while true {
            let page = await source.events.page(after: next, limit: maximumLimit, from: source.archive)
            guard let first = page.events.first else { return text }
            if next != 0, first.sequence > next + 1 {
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
