// A pthread of its own for each worker. Not a Task: a blocking receive would starve the cooperative pool.

import Glibc
import Synchronization

/// What a thread does until it is told to end.
protocol Worker: ~Copyable {
    mutating func run()
}

/// A worker's thread that could not be made.
public struct ThreadError: Error, CustomStringConvertible {
    /// As in errno.
    public let code: Int32

    public var description: String {
        "cannot start a thread for each UDP worker: \(unsafe String(cString: strerror(code))); "
            + "ask for fewer with --workers, or raise the limit of processes (ulimit -u)"
    }
}

/// A pthread that runs one worker.
final class WorkerThread: Sendable {
    private let state: Mutex<State>

    private struct State {
        var job: Job?
        var handle: pthread_t?
    }

    init<W: Worker & ~Copyable>(_ worker: consuming W) { state = Mutex(State(job: WorkerJob(worker))) }

    func start() throws(ThreadError) {
        try state.withLock { state throws(ThreadError) in
            guard let job = state.job.take() else { return }
            var handle = pthread_t()
            let context = unsafe Unmanaged.passRetained(job).toOpaque()
            let code = unsafe pthread_create(
                &handle, nil,
                { context in
                    guard let context = unsafe context else { return nil }
                    unsafe Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run()
                    return nil
                }, context)
            guard code == 0 else {
                unsafe Unmanaged<Job>.fromOpaque(context).release()
                throw ThreadError(code: code)
            }
            state.handle = handle
        }
    }

    func join() {
        guard let handle = state.withLock({ $0.handle.take() }) else { return }
        pthread_join(handle, nil)
    }
}

/// Handed to a thread when that starts, and touched by nobody else.
private class Job: @unchecked Sendable {
    func run() {}
}

private final class WorkerJob<W: Worker & ~Copyable>: Job, @unchecked Sendable {
    /// What a worker writes for each query is in here, so no other worker's memory must be near.
    private let before = CacheLines.Padding(repeating: 0)
    private var worker: W
    private let behind = CacheLines.Padding(repeating: 0)

    init(_ worker: consuming W) { self.worker = worker }

    override func run() { worker.run() }
}
