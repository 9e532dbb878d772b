// How many probes may run at a time. First come, first served.

internal import Synchronization

/// One slot that was acquired. It is given back when nobody has the lease any more: whatever needs a descriptor has it.
final class ProbeLease: Sendable {
    private let slots: ProbeSlots

    init(of slots: ProbeSlots) { self.slots = slots }

    deinit { slots.release() }
}

/// A counting semaphore for tasks. A waiting task that is cancelled stops waiting.
final class ProbeSlots: Sendable {
    private struct State {
        var free: Int
        var taken = 0
        var mostTaken = 0
        var nextTicket = 0
        /// Tickets in the order of arrival from `head` on; those that are not in `waiting` any more have left.
        var queue: [Int] = []
        var head = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]

        mutating func take() {
            free -= 1
            taken += 1
            mostTaken = max(mostTaken, taken)
        }

        /// Gives the slot that is free to the one who has waited longest, if anybody waits.
        mutating func hand() -> CheckedContinuation<Bool, Never>? {
            // Ends: each round takes one ticket off the queue.
            while head < queue.count {
                let ticket = queue[head]
                head += 1
                compact()
                guard let waiter = waiting.removeValue(forKey: ticket) else { continue }
                take()
                return waiter
            }
            queue.removeAll(keepingCapacity: true)
            head = 0
            return nil
        }

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

    /// How many slots are taken, and were at most.
    var taken: (now: Int, most: Int) { state.withLock { ($0.taken, $0.mostTaken) } }

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
                        state.take()
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
        let next = state.withLock { state in
            state.free += 1
            state.taken -= 1
            return state.hand()
        }
        next?.resume(returning: true)
    }

    /// Adds slots.
    func grow(by count: Int) {
        for _ in 0..<count {
            let next = state.withLock { state in
                state.free += 1
                return state.hand()
            }
            next?.resume(returning: true)
        }
    }
}
