// How many streams there may be: each holds a connection of the endpoint, which is for a few programs and people.

import HTTPTypes
import HealthChecks
import Synchronization

/// Counts streams of events and of pages together.
final class StreamSlots: Sendable {
    static let most = 64

    private let count = Mutex(0)

    /// One stream; its place is free again when nobody holds this any more.
    final class Slot: Sendable {
        private let slots: StreamSlots

        fileprivate init(_ slots: StreamSlots) { self.slots = slots }

        deinit { slots.count.withLock { $0 -= 1 } }
    }

    /// Throws if there are too many.
    func take() throws(Problem) -> Slot {
        let isFree = count.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw Problem(
                .serviceUnavailable, "too_many_streams",
                "\(Self.most) streams of events and pages are open; close some, or ask without `text/event-stream`")
        }
        return Slot(self)
    }
}

extension EventJournal {
    /// At once, with each piece of news, and with each pulse.
    func wakeUps(every pulse: Duration) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.yield()
            let news = Task {
                for await _ in self.news() { continuation.yield() }
            }
            let beat = Task {
                while (try? await Task.sleep(for: pulse)) != nil { continuation.yield() }
            }
            continuation.onTermination = { _ in
                news.cancel()
                beat.cancel()
            }
        }
    }
}
