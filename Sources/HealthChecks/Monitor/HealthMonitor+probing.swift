// What the task of one unit does.

internal import Checks
internal import Logging
internal import NIOCore
internal import Synchronization

extension HealthMonitor {
    /// Runs one check of one address on its schedule. One probe at a time, on the executor's event loop.
    func watch(_ unit: ProbeUnit, on executor: EventLoopExecutor, atOnce: Bool) async {
        let schedule = unit.check.schedule
        var generator = SystemRandomNumberGenerator()
        var planned = Instant.now
        if !atOnce, let known = state(of: unit), known.last != nil {
            // A check that was only renamed or timed anew: its kind must not all probe at the moment of a reload.
            let delay = known.state.nextDelay(schedule, using: &generator)
            let share = Double.random(in: 0...1, using: &generator)
            planned += delay * share
            guard await executor.sleep(until: planned) else { return }
        }
        while !Task.isCancelled {
            guard await slots.acquire() else { return }
            self.schedule(unit, at: nil)
            let start = Instant.now
            tallies.countStart(start - planned)
            await probe(unit, on: executor, holding: ProbeLease(of: slots))
            guard !Task.isCancelled else { return }
            // A probe that has taken longer than that is no reason to call the next one late.
            let next = start + (state(of: unit)?.state ?? CheckState()).nextDelay(schedule, using: &generator)
            planned = max(next, .now)
            self.schedule(unit, at: planned)
            guard await executor.sleep(until: planned) else { return }
        }
    }

    private func state(of unit: ProbeUnit) -> HealthBoard.Unit? {
        boards.withLock { $0.current[unit] ?? $0.next?[unit] }
    }

    /// In a task of its own, which gives back all its memory at its end: a task that goes on would keep what a probe needs,
    /// 14 KB each, while it sleeps.
    private func probe(_ unit: ProbeUnit, on executor: EventLoopExecutor, holding lease: ProbeLease) async {
        guard case .address(let address) = unit.subject else {
            preconditionFailure("what has no address is not probed")
        }
        let prober = prober.on(executor.loop, holding: lease)
        let task = Task(executorPreference: executor) { [self] in
            do throws(ProbeNotRun) {
                let verdict = try await prober.probe(unit.check, address: address, hostName: unit.hostName)
                // A cancelled probe says nothing about the target.
                guard !Task.isCancelled else { return }
                record(verdict, of: unit)
                // A check may have been taken away meanwhile.
                guard !Task.isCancelled else { return }
                tallies.count(verdict, of: unit.check.name)
            } catch {
                guard !Task.isCancelled else { return }
                tallies.countNotRun()
                complain(error)
            }
        }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Says that probes cannot run, at most once a minute: it concerns many at a time.
    private func complain(_ problem: ProbeNotRun) {
        let now = ContinuousClock.now
        let isDue = lastComplaint.withLock { last in
            if let last, now - last < .seconds(60) { return false }
            last = now
            return true
        }
        if isDue { log.write(.warning, "probes cannot run, so targets keep their states: \(problem)") }
    }

    /// Notes when the next probe starts.
    private func schedule(_ unit: ProbeUnit, at time: Instant?) {
        boards.withLock { boards in
            boards.current.schedule(unit, at: time)
            boards.next?.schedule(unit, at: time)
        }
    }
}
