// How many probes may run at a time. First come, first served.

internal import Synchronization

/// A counting semaphore for tasks. A waiting task that is cancelled stops waiting.
final class ProbeSlots: Sendable {
    private struct State {
        var free: Int
        var nextTicket = 0
        /// Tickets in the order of arrival from `head` on; those that are not in `waiting` any more have left.
        var queue: [Int] = []
        var head = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]

        /// Forgets those who have been served once they are more than the others, so that a queue that is never empty
        /// does not grow for ever, at a cost that does not depend on its length.
        mutating func compact() {
            guard head > queue.count / 2 else { return }
            queue.removeFirst(head)
            head = 0
        }
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        precondition(count > 0, "nothing could ever run")
        state = Mutex(State(free: count))
    }

    /// How many tickets are kept, for tests.
    var queueLength: Int { state.withLock { $0.queue.count } }

    /// Waits for a slot; false, and no slot, if the task is cancelled.
    func acquire() async -> Bool {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting[ticket] = continuation
                    state.queue.append(ticket)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(returning: false)
        }
    }

    /// Gives a slot back, to the one who has waited longest.
    func release() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            // Ends: each round takes one ticket off the queue.
            while state.head < state.queue.count {
                let ticket = state.queue[state.head]
                state.head += 1
                state.compact()
                if let waiter = state.waiting.removeValue(forKey: ticket) { return waiter }
            }
            state.queue.removeAll(keepingCapacity: true)
            state.head = 0
            state.free += 1
            return nil
        }
        next?.resume(returning: true)
    }
}
