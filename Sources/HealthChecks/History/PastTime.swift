// Moments of the past as people write them.

internal import Checks
public import Foundation

/// Reads `2026-11-21T03:12:00Z`, `03:12`, `03:12:30` or `-20min`.
public enum PastTime {
    /// What to write, for messages.
    public static let examples = "2026-11-21T03:12:00Z, 03:12 (the last one, in local time) or -20min"

    /// - Parameters:
    ///   - calendar: whose time zone `03:12` is in.
    /// - Returns: nil if it is no time, or one that is yet to come.
    public static func read(_ text: String, now: Timestamp, calendar: Calendar = .current) -> Timestamp? {
        let time = relative(text, now) ?? timeOfDay(text, now, calendar) ?? Timestamp(text)
        return time.flatMap { $0 <= now ? $0 : nil }
    }

    /// `-20min`.
    private static func relative(_ text: String, _ now: Timestamp) -> Timestamp? {
        guard text.hasPrefix("-"), let duration = Duration(text: String(text.dropFirst())) else { return nil }
        return Timestamp(milliseconds: now.milliseconds - Int64(duration / .milliseconds(1)))
    }

    /// `03:12`, of today if that is over, else of yesterday.
    private static func timeOfDay(_ text: String, _ now: Timestamp, _ calendar: Calendar) -> Timestamp? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
            part.count == 2 ? Int(part) : nil
        }
        guard 2...3 ~= parts.count, let hour = parts[0], let minute = parts[1], 0...23 ~= hour, 0...59 ~= minute,
            let second = parts.count == 3 ? parts[2] : 0, 0...59 ~= second
        else { return nil }
        // Backwards from what comes right after now, so that now itself counts.
        return calendar.nextDate(
            after: now.date + 0.001, matching: DateComponents(hour: hour, minute: minute, second: second),
            matchingPolicy: .nextTime, direction: .backward
        ).map { Timestamp($0) }
    }
}
