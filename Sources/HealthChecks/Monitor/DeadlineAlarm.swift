// Wakes the monitor when something is due though no probe has come back: the end of a hold, a step of a growing weight.

internal import Synchronization

/// One alarm at a time.
final class DeadlineAlarm: Sendable {
    private struct State {
        var time: Instant?
        var task: Task<Void, Never>?
        var isOff = false
    }

    private let state = Mutex(State())

    /// Calls `ring` at `time`, or soon after; nil: never. Takes the place of what was set before.
    func set(_ time: Instant?, ring: @escaping @Sendable () -> Void) {
        state.withLock { state in
            guard !state.isOff, time != state.time else { return }
            state.task?.cancel()
            state.time = time
            state.task = time.map { time in
                Task { [weak self] in
                    guard (try? await ContinuousClock().sleep(until: time, tolerance: nil)) != nil else { return }
                    self?.state.withLock { if $0.time == time { $0.time = nil } }
                    ring()
                }
            }
        }
    }

    /// Never rings again.
    func turnOff() {
        state.withLock { state in
            state.isOff = true
            state.task?.cancel()
            state.task = nil
        }
    }
}
