// Times as the page has them: exact for programs, short for people. Where scripts run, the browser says them in its own
// time zone.

import Foundation

struct MomentText {
    /// ISO 8601 in UTC.
    var iso: String
    var text: String

    private init(iso: String, text: String) {
        self.iso = iso
        self.text = text
    }

    init(_ date: Date, now: Date = Date()) {
        iso = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let isToday = now.timeIntervalSince(date) < 20 * 3600
        text = "\(isToday ? iso.dropFirst(11).prefix(8) : iso.prefix(10) + " " + iso.dropFirst(11).prefix(5)) UTC"
    }

    /// - Parameter iso: as the API has it; a text that is none stands for itself.
    init(iso: String, now: Date = Date()) {
        if let date = Date(iso: iso) {
            self.init(date, now: now)
        } else {
            self.init(iso: iso, text: iso)
        }
    }
}

extension Date {
    /// `2026-01-02T03:04:05.678Z`.
    init?(iso: String) {
        guard let date = try? Date(iso, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) else {
            return nil
        }
        self = date
    }
}
