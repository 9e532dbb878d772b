// Times of day that are kept and sent: to the millisecond, so that what is written is what is read.

internal import Checks

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
        Timestamp(milliseconds: time.milliseconds + Int64((duration / .milliseconds(1)).rounded()))
    }

    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Timestamp {
    init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension Timestamp {
    /// Reads `2026-01-02T03:04:05Z`, with or without a fraction, `Z` or an offset such as `+01:00` (RFC 3339 §5.6; leap
    /// seconds count as the second after them).
    public init?(_ text: String) {
        var reader = FieldReader(rest: text[...])
        guard let year = reader.number(4, "-"), let month = reader.number(2, "-", 1...12),
            let day = reader.number(2, "T"),
            let hour = reader.number(2, ":", 0...23), let minute = reader.number(2, ":", 0...59),
            let second = reader.number(2, nil, 0...60), let fraction = reader.milliseconds(),
            let offset = reader.offset(),
            reader.rest.isEmpty, day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        let minutes = (Self.days(year, month, day) * 24 + Int64(hour)) * 60 + Int64(minute - offset)
        milliseconds = (minutes * 60 + Int64(second)) * 1000 + Int64(fraction)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970, in years that begin with March so that the odd day is the last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let year = month > 2 ? year : year - 1
        let era = year / 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let yearOfEra = year - era * 400
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }
}

/// The fields of a time, one after the other.
private struct FieldReader {
    var rest: Substring

    /// So many digits, and what must stand behind them.
    mutating func number(_ count: Int, _ end: Character?, _ range: ClosedRange<Int> = 0...9999) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(digits),
            range.contains(value)
        else { return nil }
        rest = rest.dropFirst(count)
        if let end, !take(end) { return nil }
        return value
    }

    mutating func milliseconds() -> Int? {
        guard take(".") else { return 0 }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return digits.isEmpty ? nil : Int((digits + "00").prefix(3))
    }

    /// In minutes.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2, ":", 0...23), let minutes = number(2, nil, 0...59) else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first?.uppercased() == String(character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}

extension Timestamp: CustomStringConvertible {
    public var description: String {
        let fraction = milliseconds.floored(by: 1000).remainder
        return "\(spoken.dropLast()).\(String(fraction + 1000).dropFirst())Z"
    }

    /// For sentences: to the second, `2026-01-02T03:04:05Z`.
    public var spoken: String {
        // A fraction that a Date holds is a little more or less than was put into it.
        Date(timeIntervalSince1970: Double(milliseconds.floored(by: 1000).quotient)).formatted(
            Date.ISO8601FormatStyle())
    }
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

extension Timestamp {
    /// Reads a time, or a duration (`30min`, `2h`) that is counted from `base`.
    public init?(_ text: String, after base: Timestamp) {
        if let duration = Duration(text: text) {
            self = base + duration
        } else if let time = Timestamp(text) {
            self = time
        } else {
            return nil
        }
    }
}

extension Int64 {
    fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
