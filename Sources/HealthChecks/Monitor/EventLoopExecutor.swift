// Lets a task run, and sleep, on the event loop that its probes run on, so that a verdict is on the board, and published,
// without another thread having to be woken first: on a busy machine each such wait can take milliseconds.

internal import NIOCore

/// An event loop as what a task runs on.
final class EventLoopExecutor: TaskExecutor {
    let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Waits on the loop's own timer; that of `Task.sleep` belongs to another thread, which would have to wake this one.
    /// - Returns: whether the time has come; false, if the task was cancelled before.
    func sleep(until time: Instant) async -> Bool {
        let timer = loop.scheduleTask(in: TimeAmount(time - .now)) {}
        return await withTaskCancellationHandler {
            (try? await timer.futureResult.get()) != nil
        } onCancel: {
            timer.cancel()
        }
    }
}
