// From the monitor's clock, which never goes back, to the time of day.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A moment on both clocks. What is shown is counted from now, so that a clock that was set right since shows the right
/// times.
struct WallClock: Sendable {
    let now: Instant
    private let date: Date

    init(now: Instant = .now, date: Date = Date()) {
        self.now = now
        self.date = date
    }

    init(now: Instant, time: Timestamp) { self.init(now: now, date: time.date) }

    /// `now` by the calendar.
    var time: Timestamp { Timestamp(date) }

    /// What turns a moment of the monitor's clock into one that is counted from 1970, and means the same to any process.
    var toSaved: Duration { ContinuousClock().systemEpoch + .seconds(date.timeIntervalSince1970) - now }

    /// The same moment on a clock that was set back since `date`: it is that late at least.
    func notBefore(_ date: Date) -> WallClock { WallClock(now: now, date: max(self.date, date)) }

    /// An instant by the calendar.
    func time(_ instant: Instant) -> Timestamp { Timestamp(date + (instant - now) / .seconds(1)) }

    /// `2026-01-02T03:04:05.678Z`.
    func text(_ instant: Instant) -> String {
        (date + (instant - now) / .seconds(1)).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
