// Slows down a member that goes up and down: each time it has changed too often it stays down for longer.

internal import Checks

/// The changes of one member between down and not down, and what follows from them.
struct FlapDamper: Hashable, Sendable, Codable {
    /// The last ones, no more than the rules look at.
    private(set) var changes: [Instant] = []
    /// How many holds there have been since it was last calm.
    private(set) var level = 0
    /// Until when the member stays down; may be over.
    private(set) var holdEnd: Instant?

    /// Counts a change.
    mutating func change(_ rules: HealthRules.Damping, at now: Instant) {
        if let last = changes.last, now - last >= rules.forgetAfter {
            changes = []
            level = 0
        }
        changes.append(now)
        if changes.count > rules.transitions { changes.removeFirst(changes.count - rules.transitions) }
        guard changes.count == rules.transitions, let first = changes.first, now - first <= rules.window else { return }
        // Changes that nobody has seen, as the member was held, make the hold no longer.
        if let holdEnd, now < holdEnd { return }
        holdEnd = now + rules.holds[min(level, rules.holds.count - 1)]
        level += 1
    }

    /// Ends the hold before its time. How long the next one is does not change.
    mutating func release() { holdEnd = nil }

    /// Puts its times on another clock.
    mutating func moveTimes(by offset: Duration) {
        changes = changes.map { $0 + offset }
        holdEnd? += offset
    }
}
