// What a receiver gets: JSON, the same octets at each attempt.

public import HealthChecks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One message of one channel.
public struct NotificationMessage: Sendable, Hashable {
    /// The same at each attempt, so that a receiver can tell a repetition. Letters, digits, `_` and `-`.
    public let id: String
    /// In the order in which they happened.
    public let events: [HealthEvent]
    /// How many events are gone that nobody was told of, as too many happened before they could be sent.
    public let missed: UInt64
    /// UTF-8 JSON.
    public let body: [UInt8]

    /// - Parameter node: what this server calls itself.
    init(_ events: [HealthEvent], missed: UInt64, node: String, isTest: Bool = false) {
        id = "msg_" + UUID().uuidString.lowercased()
        self.events = events
        self.missed = missed
        let content = Content(
            type: isTest ? "triagedns.test" : "triagedns.events",
            timestamp: Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            text: isTest ? "\(node): a test message of TriageDNS" : Self.text(events, missed, node),
            data: Content.Data(node: node, missed: missed, events: events))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and numbers without NaN: this cannot fail.
        body = (try? encoder.encode(content)).map { Array($0) } ?? []
    }

    /// A message that says that messages arrive.
    public static func test(node: String) -> NotificationMessage {
        NotificationMessage([], missed: 0, node: node, isTest: true)
    }

    /// A line for each event, the node's name in front, for receivers that show nothing but a text.
    private static func text(_ events: [HealthEvent], _ missed: UInt64, _ node: String) -> String {
        var lines = events.map(\.text)
        if missed > 0 { lines.append("\(missed) earlier events are gone: too many happened at once") }
        return lines.map { "\(node): \($0)" }.joined(separator: "\n")
    }

    private struct Content: Encodable {
        var type: String
        var timestamp: String
        var text: String
        var data: Data

        struct Data: Encodable {
            var node: String
            var missed: UInt64
            var events: [HealthEvent]
        }
    }
}
