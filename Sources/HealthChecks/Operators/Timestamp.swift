// Times of day that are kept and sent: to the millisecond, so that what is written is what is read.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A moment of the calendar, written as in RFC 3339: `2026-01-02T03:04:05.678Z`.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970, leap seconds aside.
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static var now: Timestamp { Timestamp(Date()) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + Int64(duration / .milliseconds(1)))
    }

    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Timestamp {
    init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Reads `2026-01-02T03:04:05Z`, with or without a fraction, `Z` or an offset such as `+01:00`.
    public init?(_ text: String) {
        for hasFraction in [false, true] {
            let style = Date.ISO8601FormatStyle(timeZoneSeparator: .colon, includingFractionalSeconds: hasFraction)
            if let date = try? style.parse(text) {
                self.init(date)
                return
            }
        }
        return nil
    }
}

extension Timestamp: CustomStringConvertible {
    public var description: String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no RFC 3339 time")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
