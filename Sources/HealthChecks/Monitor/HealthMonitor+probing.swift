// What the task of one unit does.

internal import Checks
internal import Logging
internal import NIOCore
internal import Synchronization

extension HealthMonitor {
    /// Runs one check of one address on its schedule. One probe at a time, on `loop`.
    func watch(_ unit: ProbeUnit, on loop: any EventLoop, atOnce: Bool) async {
        let clock = ContinuousClock()
        let prober = prober.on(loop)
        let schedule = unit.check.schedule
        var generator = SystemRandomNumberGenerator()
        if !atOnce, let known = state(of: unit), known.last != nil {
            // A check that was only renamed or timed anew: its kind must not all probe at the moment of a reload.
            let delay = known.state.nextDelay(schedule, using: &generator)
            let share = Double.random(in: 0...1, using: &generator)
            guard (try? await clock.sleep(for: delay * share)) != nil else { return }
        }
        while !Task.isCancelled {
            guard await slots.acquire() else { return }
            self.schedule(unit, at: nil)
            let start = clock.now
            let result = await probe(unit, with: prober)
            slots.release()
            // A cancelled probe says nothing about the target.
            guard !Task.isCancelled else { return }
            switch result {
            case .success(let verdict): record(verdict, of: unit)
            case .failure(let problem): complain(problem)
            }
            let next = start + (state(of: unit)?.state ?? CheckState()).nextDelay(schedule, using: &generator)
            self.schedule(unit, at: next)
            guard (try? await clock.sleep(until: next, tolerance: nil)) != nil else { return }
        }
    }

    private func state(of unit: ProbeUnit) -> HealthBoard.Unit? {
        boards.withLock { $0.current[unit] ?? $0.next?[unit] }
    }

    private func probe(_ unit: ProbeUnit, with prober: Prober) async -> Result<Verdict, ProbeNotRun> {
        do throws(ProbeNotRun) {
            switch unit.subject {
            case .address(let address):
                return .success(try await prober.probe(unit.check, address: address, hostName: unit.hostName))
            case .host: preconditionFailure("what has no address is not probed")
            }
        } catch {
            return .failure(error)
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
