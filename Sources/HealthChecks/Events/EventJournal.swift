// The last events, in memory, for any number of readers. Readers keep their place by sequence number, so a slow one holds
// up nobody: it misses what has been overwritten, and can see that it has.

internal import Synchronization

/// A ring of events.
public final class EventJournal: Sendable {
    /// The most events that are kept.
    public static let capacity = 4096

    fileprivate struct State {
        var ring: [HealthEvent] = []
        /// Where the oldest is, once the ring is full.
        var start = 0
        var newest: UInt64 = 0
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var nextListener: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter newest: the number of the last event of an earlier run; the next one gets one more.
    public init(capacity: Int = EventJournal.capacity, after newest: UInt64 = 0) {
        limit = max(1, capacity)
        state.withLock { $0.newest = newest }
    }

    /// Numbers the events and keeps them. Returns them with their numbers.
    @discardableResult
    func append(_ events: [HealthEvent]) -> [HealthEvent] {
        guard !events.isEmpty else { return [] }
        let (numbered, listeners) = state.withLock { state in
            let numbered = events.map { event in
                state.newest += 1
                var event = event
                event.sequence = state.newest
                return event
            }
            for event in numbered { state.add(event, limit) }
            return (numbered, Array(state.listeners.values))
        }
        for listener in listeners { listener.yield() }
        return numbered
    }

    /// The events after number `sequence`, oldest first, at most `limit` of them. A number that is yet to come is of an
    /// earlier run of the program: then all of them.
    public func page(after sequence: UInt64, limit: Int) -> EventPage {
        state.withLock { state in
            let oldest = state.newest - UInt64(state.ring.count) + 1
            let first = sequence > state.newest ? oldest : max(sequence + 1, oldest)
            guard limit > 0, first <= state.newest else {
                return EventPage(
                    events: [], next: min(sequence, state.newest), oldest: state.ring.isEmpty ? 0 : oldest,
                    newest: state.newest)
            }
            let count = min(Int(state.newest - first) + 1, limit)
            let offset = Int(first - oldest)
            let events = (offset..<offset + count).map { state.ring[(state.start + $0) % state.ring.count] }
            return EventPage(
                events: events, next: first + UInt64(count) - 1, oldest: oldest, newest: state.newest)
        }
    }

    public var newest: UInt64 { state.withLock { $0.newest } }

    /// Yields whenever there is something new, once for any number of events. Ends with whoever iterates it.
    public func news() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = state.withLock { state in
                state.nextListener += 1
                state.listeners[state.nextListener] = continuation
                return state.nextListener
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { state in _ = state.listeners.removeValue(forKey: number) }
            }
        }
    }

    /// How many listen, for tests.
    var listenerCount: Int { state.withLock { $0.listeners.count } }
}

extension EventJournal.State {
    fileprivate mutating func add(_ event: HealthEvent, _ limit: Int) {
        if ring.count < limit {
            ring.append(event)
        } else {
            ring[start] = event
            start = (start + 1) % limit
        }
    }
}
