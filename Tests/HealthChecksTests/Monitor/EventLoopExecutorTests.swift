// Tasks on an event loop sleep on its timer, and stay on its thread.

import NIOCore
import NIOPosix
import Testing

@testable import HealthChecks

@Suite(.timeLimit(.minutes(2))) struct EventLoopExecutorTests {
    private let executor = EventLoopExecutor(testGroup.next())

    @Test func aSleepLastsUntilItsTime() async {
        let time = Instant.now + .milliseconds(20)
        #expect(await executor.sleep(until: time))
        #expect(Instant.now >= time)
    }

    @Test func aTimeThatIsPastIsNotWaitedFor() async {
        #expect(await executor.sleep(until: .now - .seconds(3600)))
    }

    @Test(arguments: [true, false]) func whoIsCancelledSleepsNoMore(isCancelledBefore: Bool) async {
        let task = Task(executorPreference: executor) { [executor] in
            await executor.sleep(until: .now + .seconds(3600))
        }
        if !isCancelledBefore { await Task.yield() }
        task.cancel()
        #expect(await !task.value)
    }

    @Test func aTaskGoesOnOnItsLoop() async {
        let isOnLoop = await Task(executorPreference: executor) { [executor] in
            _ = await executor.sleep(until: .now + .milliseconds(1))
            return executor.loop.inEventLoop
        }.value
        #expect(isOnLoop)
    }
}
