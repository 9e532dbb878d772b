// Moments of the past as people write them.

public import Foundation

/// Reads `2026-11-21T03:12:00Z`, `03:12`, `03:12:30` or `-20min`.
public struct PastTime {
    /// What to write, for messages.
    public static let examples = "2026-11-21T03:12:00Z, 03:12 (the last one, in local time) or -20min"

    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("min", 60), ("s", 1), ("h", 3_600), ("d", 86_400),
    ]

    /// - Parameters:
    ///   - calendar: whose time zone `03:12` is in.
    /// - Returns: nil if it is no time, or one that is yet to come.
    public static func read(_ text: String, now: Date, calendar: Calendar = .current) -> Date? {
        let date = relative(text, now) ?? timeOfDay(text, now, calendar) ?? absolute(text)
        return date.flatMap { $0 <= now ? $0 : nil }
    }

    /// `-20min`.
    private static func relative(_ text: String, _ now: Date) -> Date? {
        guard text.hasPrefix("-"), let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let digits = text.dropFirst().dropLast(unit.name.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Double(digits) else {
            return nil
        }
        return now - number * unit.seconds
    }

    /// `03:12`, of today if that is over, else of yesterday.
    private static func timeOfDay(_ text: String, _ now: Date, _ calendar: Calendar) -> Date? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
            part.count == 2 ? Int(part) : nil
        }
        guard 2...3 ~= parts.count, let hour = parts[0], let minute = parts[1], 0...23 ~= hour, 0...59 ~= minute,
            let second = parts.count == 3 ? parts[2] : 0, 0...59 ~= second
        else { return nil }
        return calendar.nextDate(
            after: now + 1, matching: DateComponents(hour: hour, minute: minute, second: second),
            matchingPolicy: .nextTime, direction: .backward)
    }

    /// RFC 3339.
    private static func absolute(_ text: String) -> Date? {
        for hasFraction in [false, true] {
            let style = Date.ISO8601FormatStyle(timeZoneSeparator: .colon, includingFractionalSeconds: hasFraction)
            if let date = try? Date(text, strategy: style) { return date }
        }
        return nil
    }
}
