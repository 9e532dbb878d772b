import Foundation
import Mustache
import Testing

@testable import Admin
@testable import HealthChecks

/// The strip of the last 24 hours, from events.
@Suite struct StateHistoryTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func transition(_ from: String, _ to: String, hoursAgo: Double, address: String = "192.0.2.1") -> HealthEvent {
        let time = (now - hoursAgo * 3600).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        var event = HealthEvent(.transition, at: time, reason: "test")
        (event.pool, event.target, event.address, event.from, event.to) = ("p", "a", address, from, to)
        return event
    }

    private func strip(_ events: [HealthEvent], level: Level, startedHoursAgo: Double) -> HistoryModel {
        let journal = EventJournal()
        journal.append(events)
        var history = StateHistory(since: now - startedHoursAgo * 3600)
        history.follow(journal, now: now)
        return history.strip(pool: "p", target: "a", level: level, now: now)
    }

    @Test func withoutEventsItWasAlwaysAsItIs() {
        let strip = strip([], level: .ok, startedHoursAgo: 6)
        #expect(strip.spans.map(\.level) == ["ok"])
        #expect(strip.spans.map(\.x) == ["72.0"])
        #expect(strip.spans.map(\.width) == ["24.0"])
        #expect(strip.text == "100.0 % up in 6 h 0 min")
    }

    @Test func changesBeginAndEndSpans() {
        let strip = strip(
            [transition("up", "down", hoursAgo: 3), transition("down", "up", hoursAgo: 2)], level: .ok, startedHoursAgo: 4)
        #expect(strip.spans.map(\.level) == ["ok", "bad", "ok"])
        #expect(strip.spans.map(\.x) == ["80.0", "84.0", "88.0"])
        #expect(strip.text == "75.0 % up in 4 h 0 min")
    }

    @Test func theWorstAddressCounts() {
        let strip = strip(
            [
                transition("unknown", "up", hoursAgo: 5), transition("unknown", "up", hoursAgo: 5, address: "192.0.2.2"),
                transition("up", "down", hoursAgo: 3, address: "192.0.2.2"),
            ], level: .bad, startedHoursAgo: 5)
        #expect(strip.spans.map(\.level) == ["ok", "bad"])
    }

    @Test func whatIsOlderThanADayOnlySaysHowItBegan() {
        let strip = strip(
            [transition("up", "down", hoursAgo: 40), transition("down", "up", hoursAgo: 30)], level: .ok,
            startedHoursAgo: 50)
        #expect(strip.spans.map(\.level) == ["ok"])
        #expect(strip.spans.map(\.width) == ["96.0"])
    }

    @Test func latenciesKeepTheirOrderInARing() {
        var trail = LatencyTrail()
        for number in 0..<50 { trail.add(number % 10 == 9 ? nil : Double(number)) }
        #expect(trail.latencies.count == LatencyTrail.capacity)
        #expect(trail.latencies.first == 10.0)
        #expect(trail.latencies[8] == 18.0)
        #expect(trail.latencies[9] == nil)
        #expect(SparkModel(trail)?.failures.count == 4)
    }

    @Test func textsCannotBecomeMarkup() async {
        var event = transition("up", "down", hoursAgo: 1)
        event.reason = "<script>alert(1)</script> & \"quotes\""
        let html = PageFiles.templates.render(
            TimelineModel(events: [TimelineModel.Event(event, now: now)]), withTemplate: "timeline") ?? ""
        #expect(html.contains("&lt;script&gt;"))
        #expect(!html.contains("<script>"))
    }
}
