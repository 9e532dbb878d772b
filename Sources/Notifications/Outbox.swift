// What is to be sent on one channel, and when: in order, one message at a time, never more often than the channel's
// digest allows. Pure: times, random numbers and the journal's pages are parameters.

internal import DNSCore
internal import HealthChecks
internal import ServerConfiguration

/// The state of one channel. Its queue is the journal, in which it keeps a place: a channel that is slow, or whose
/// receiver is away, holds up nobody, and loses the oldest events only when the journal does.
struct Outbox: Sendable {
    /// What came of an attempt.
    enum Result: Sendable, Hashable {
        /// With what the receiver said, for people.
        case delivered(String)
        /// Trying again would be of no use.
        case refused(String)
        /// - Parameter after: what the receiver asks for.
        case failed(String, after: Duration? = nil)
    }

    enum Step: Sendable, Hashable {
        case send(NotificationMessage)
        /// Nil: until there is news.
        case wait(until: Instant?)
    }

    /// What is to be said of an attempt.
    enum Conclusion: Sendable, Hashable {
        case delivered(attempts: Int)
        case willRetry(String, in: Duration, attempts: Int)
        case givenUp(String, attempts: Int)
    }

    private(set) var counts = NotificationCounts()
    /// The last event that is dealt with.
    private(set) var place: UInt64
    /// What is being sent, until it is delivered or given up.
    private(set) var message: NotificationMessage?
    private var attempts = 0
    private var firstAttempt: Instant?
    /// When it is tried again.
    private var retry: Instant?
    /// How long after a message there is no other, and until when.
    private var gap: Duration?
    private var quietUntil: Instant?

    /// The most events in a message, so that receivers with limits on size take it.
    static let mostEvents = 100
    private static let pageSize = 1000
    private static let longestGap = Duration.seconds(60)
    private static let longestDelay = Duration.seconds(60)

    /// - Parameter place: the last event that is of the past.
    init(after place: UInt64) { self.place = place }

    /// What to do now. The same message is sent until `conclude` says what came of it.
    mutating func next(
        _ channel: NotificationChannel, node: String, at now: Instant, _ page: (UInt64, Int) -> EventPage
    ) -> Step {
        if let message {
            if let retry, now < retry { return .wait(until: retry) }
            return .send(message)
        }
        // Ends: each round goes on in the journal, which has an end.
        while true {
            let page = page(place, Self.pageSize)
            let missed = page.oldest > place + 1 ? page.oldest - place - 1 : 0
            let wanted = page.events.filter(channel.wants)
            guard !wanted.isEmpty || missed > 0 else {
                let isAtEnd = page.next <= place || page.next >= page.newest
                place = max(place, page.next)
                if isAtEnd { return .wait(until: nil) }
                continue
            }
            if let quietUntil, now < quietUntil { return .wait(until: quietUntil) }
            let events = Array(wanted.prefix(channel.digest == nil ? 1 : Self.mostEvents))
            place = events.count < wanted.count ? events.last?.sequence ?? page.next : page.next
            beQuiet(channel, after: now)
            counts.missedEvents += missed
            let message = NotificationMessage(events, missed: missed, node: node)
            self.message = message
            return .send(message)
        }
    }

    /// The first message after a calm goes at once; while events keep coming, the time between messages doubles.
    private mutating func beQuiet(_ channel: NotificationChannel, after now: Instant) {
        guard let digest = channel.digest else {
            quietUntil = nil
            return
        }
        let isCalm = gap.flatMap { gap in quietUntil.map { now >= $0 + gap } } ?? true
        let next = isCalm ? digest : max(digest, min((gap ?? digest) * 2, Self.longestGap))
        gap = next
        quietUntil = now + next
    }

    /// Takes what came of an attempt.
    /// - Parameter jitter: 0 to 1, so that many who were refused together do not all come again together.
    mutating func conclude(
        _ result: Result, _ channel: NotificationChannel, at now: Instant, jitter: Double
    ) -> Conclusion {
        attempts += 1
        let first = firstAttempt ?? now
        firstAttempt = first
        switch result {
        case .delivered:
            counts.delivered += 1
            return .delivered(attempts: finish())
        case .refused(let reason):
            counts.failed += 1
            return .givenUp(reason, attempts: finish())
        case .failed(let reason, let after):
            let delay = max(Self.delay(attempts, jitter), after ?? .zero)
            guard now + delay - first <= channel.retryFor else {
                counts.failed += 1
                return .givenUp(reason, attempts: finish())
            }
            counts.retries += 1
            retry = now + delay
            return .willRetry(reason, in: delay, attempts: attempts)
        }
    }

    private mutating func finish() -> Int {
        defer { (message, attempts, firstAttempt, retry) = (nil, 0, nil, nil) }
        return attempts
    }

    /// 1 s, 2 s, 4 s and so on, between three quarters and five quarters of it.
    private static func delay(_ attempts: Int, _ jitter: Double) -> Duration {
        min(.seconds(1 << min(attempts - 1, 10)), longestDelay) * (0.75 + jitter / 2)
    }

    /// Under other settings what waits is tried at once: perhaps they are what was wrong.
    mutating func settingsChanged() {
        retry = nil
        firstAttempt = nil
    }
}

/// Counts of one channel since the start.
public struct NotificationCounts: Sendable, Hashable {
    /// Messages.
    public var delivered: UInt64 = 0
    public var failed: UInt64 = 0
    /// Attempts after which another was made.
    public var retries: UInt64 = 0
    /// Events that were gone before they could be sent.
    public var missedEvents: UInt64 = 0

    public init() {}
}

extension NotificationChannel {
    /// Whether somebody is to be told of an event. That a target is up when the server starts is no news.
    func wants(_ event: HealthEvent) -> Bool {
        if event.from == "unknown", event.to == "up" { return false }
        if let pool = event.pool, let pools, !pools.contains(pool) { return false }
        return !subjects.isDisjoint(with: event.subjects)
    }
}

extension HealthEvent {
    /// What it is about. A target's change is the pool's, too, if the pool answers in another way than before.
    var subjects: Set<NotificationChannel.Subject> {
        guard pool != nil else { return [.prober] }
        guard target != nil else { return [.pool] }
        return before?.mode == after?.mode ? [.target] : [.target, .pool]
    }
}
