// When messages are made, sent and sent again, under a clock of the test's own.

import Foundation
@testable import HealthChecks
import ServerConfiguration
import Testing

@testable import Notifications

@Suite struct OutboxTests {
    private let hook = NotificationChannel(name: "ops", receiver: .webhook(Webhook(url: "https://hooks.example/x")))

    @Test func theFirstGoesAtOnceAndTheOthersTogether() throws {
        var desk = Desk(hook)
        desk.happen(1)
        #expect(try desk.send().numbers == [1])
        desk.conclude(.delivered(""))
        desk.happen(40)
        #expect(desk.step == .wait(until: desk.start + .seconds(2)))
        desk.now = desk.start + .seconds(2)
        #expect(try desk.send().numbers == Array(2...41))
        desk.conclude(.delivered(""))
        #expect(desk.step == .wait(until: nil))
        #expect(desk.outbox.counts.delivered == 2)
    }

    @Test func aStormMakesFewMessages() {
        var desk = Desk(hook)
        var times: [Double] = []
        var told = 0
        // An event every 100 ms for ten minutes.
        for _ in 0..<6000 {
            desk.happen(1)
            if case .send(let message) = desk.step {
                times.append((desk.now - desk.start) / .seconds(1))
                told += message.events.count
                desk.conclude(.delivered(""))
            }
            desk.now += .milliseconds(100)
        }
        desk.now += .seconds(600)
        // What the last gap has gathered fills several messages.
        while case .send(let message) = desk.step {
            told += message.events.count
            desk.conclude(.delivered(""))
            desk.now += .seconds(60)
        }
        #expect(times.prefix(6).map { $0.rounded() } == [0, 2, 6, 14, 30, 62])
        #expect(times.count < 20)
        #expect(told == 6000)
    }

    @Test func afterACalmTheNextGoesAtOnce() throws {
        var desk = Desk(hook)
        for wait in [0.0, 2, 4] {
            desk.happen(1)
            desk.now += .seconds(wait)
            _ = try desk.send()
            desk.conclude(.delivered(""))
        }
        desk.now += .seconds(60)
        desk.happen(1)
        _ = try desk.send()
        desk.conclude(.delivered(""))
        desk.happen(1)
        #expect(desk.step == .wait(until: desk.now + .seconds(2)))
    }

    @Test func withoutADigestEachEventIsAMessage() throws {
        var channel = hook
        channel.digest = nil
        var desk = Desk(channel)
        desk.happen(3)
        for number in 1...3 {
            #expect(try desk.send().numbers == [UInt64(number)])
            desk.conclude(.delivered(""))
        }
        #expect(desk.step == .wait(until: nil))
    }

    @Test func retriesAreTheSameMessage() throws {
        var desk = Desk(hook)
        desk.happen(1)
        let first = try desk.send()
        #expect(desk.conclude(.failed("no")) == .willRetry("no", in: .seconds(1), attempts: 1))
        #expect(desk.step == .wait(until: desk.start + .seconds(1)))
        // What happens meanwhile is no part of it.
        desk.happen(1)
        desk.now += .seconds(1)
        #expect(try desk.send() == first)
        #expect(desk.conclude(.failed("no")) == .willRetry("no", in: .seconds(2), attempts: 2))
        desk.now += .seconds(2)
        #expect(desk.conclude(.failed("no", after: .seconds(40))) == .willRetry("no", in: .seconds(40), attempts: 3))
        desk.now += .seconds(40)
        #expect(try desk.send() == first)
        #expect(desk.conclude(.delivered("")) == .delivered(attempts: 4))
        #expect(try desk.send().numbers == [2])
        #expect(desk.outbox.counts.retries == 3)
    }

    @Test func delaysGrowToAMinuteAndAreSpread() {
        var channel = hook
        channel.retryFor = .seconds(3600)
        for (jitter, share) in [(0.0, 0.75), (1, 1.25)] {
            var desk = Desk(channel, jitter: jitter)
            desk.happen(1)
            var delays: [Double] = []
            for _ in 0..<8 {
                _ = desk.step
                guard case .willRetry(_, let delay, _) = desk.conclude(.failed("no")) else { break }
                delays.append(delay / .seconds(1) / share)
                desk.now += delay
            }
            #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60])
        }
    }

    @Test func itGivesUpInTheEnd() throws {
        var channel = hook
        channel.retryFor = .seconds(10)
        var desk = Desk(channel)
        desk.happen(1)
        _ = try desk.send()
        for delay in [1, 2, 4] {
            desk.conclude(.failed("no"))
            desk.now += .seconds(delay)
        }
        desk.happen(1)
        #expect(desk.conclude(.failed("no")) == .givenUp("no", attempts: 4))
        #expect(try desk.send().numbers == [2])
        #expect(desk.conclude(.refused("gone")) == .givenUp("gone", attempts: 1))
        #expect(desk.outbox.counts.failed == 2)
    }

    @Test func newSettingsAreTriedAtOnce() throws {
        var desk = Desk(hook)
        desk.happen(1)
        let message = try desk.send()
        desk.now += .seconds(500)
        desk.conclude(.failed("no"))
        desk.outbox.settingsChanged()
        #expect(try desk.send() == message)
        // The time to try counts anew.
        #expect(desk.conclude(.failed("no", after: .seconds(599))) != .givenUp("no", attempts: 2))
    }

    @Test func whatTheJournalHasLostIsSaid() throws {
        var desk = Desk(hook, capacity: 5)
        desk.happen(1)
        _ = try desk.send()
        desk.happen(20)
        desk.conclude(.delivered(""))
        desk.now += .seconds(2)
        let message = try desk.send()
        #expect((message.numbers, message.missed) == (Array(17...21), 15))
        #expect(String(decoding: message.body, as: UTF8.self).contains("15 earlier events are gone"))
        #expect(desk.outbox.counts.missedEvents == 15)
    }

    @Test func onlyWhatIsAskedFor() throws {
        var channel = hook
        channel.subjects = [.pool]
        channel.pools = ["p"]
        var desk = Desk(channel)
        desk.happen(1)
        #expect(desk.step == .wait(until: nil))
        desk.happen(.commonMode, pool: "q")
        desk.happen(.cutOff, pool: nil)
        #expect(desk.step == .wait(until: nil))
        desk.happen(.commonMode, pool: "p")
        #expect(try desk.send().numbers == [4])
        channel.subjects = [.prober, .target]
        desk = Desk(channel)
        desk.happen(.commonMode, pool: "p")
        desk.happen(.cutOff, pool: nil)
        desk.happen(1, from: "unknown", to: "up")
        #expect(try desk.send().numbers == [2])
        desk.conclude(.delivered(""))
        #expect(desk.step == .wait(until: nil))
    }
}

/// An outbox over a journal, with a clock.
private struct Desk {
    let channel: NotificationChannel
    let journal: EventJournal
    let jitter: Double
    let start = Instant.now
    var now: Instant
    var outbox = Outbox(after: 0)

    init(_ channel: NotificationChannel, capacity: Int = 10_000, jitter: Double = 0.5) {
        self.channel = channel
        self.jitter = jitter
        journal = EventJournal(capacity: capacity)
        now = start
    }

    func happen(_ count: Int, from: String = "up", to: String = "down") {
        for _ in 0..<count {
            var event = HealthEvent(.transition, at: "2026-01-02T03:04:05.678Z", reason: "connection refused")
            (event.pool, event.target, event.from, event.to) = ("p", "t", from, to)
            journal.append([event])
        }
    }

    func happen(_ kind: HealthEvent.Kind, pool: String?) {
        var event = HealthEvent(kind, at: "", reason: "")
        event.pool = pool
        journal.append([event])
    }

    var step: Outbox.Step {
        mutating get { outbox.next(channel, node: "ns1", at: now) { [journal] in journal.page(after: $0, limit: $1) } }
    }

    mutating func send() throws -> NotificationMessage {
        guard case .send(let message) = step else {
            Issue.record("nothing to send")
            throw CancellationError()
        }
        return message
    }

    @discardableResult
    mutating func conclude(_ result: Outbox.Result) -> Outbox.Conclusion {
        outbox.conclude(result, channel, at: now, jitter: jitter)
    }
}

extension NotificationMessage {
    fileprivate var numbers: [UInt64] { events.map(\.sequence) }
}
