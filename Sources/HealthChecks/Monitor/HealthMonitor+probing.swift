// What the task of one unit does.

#if canImport(FoundationEssentials)
    internal import Checks
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import DNSCore
internal import Logging
internal import NIOCore
internal import Synchronization

extension HealthMonitor {
    /// Runs one check of one address on its schedule. One probe at a time, on `loop`.
    func watch(_ unit: ProbeUnit, on loop: any EventLoop) async {
        let clock = ContinuousClock()
        let prober = prober.on(loop)
        let schedule = unit.check.schedule
        var generator = SystemRandomNumberGenerator()
        if let known = state(of: unit), known.last != nil {
            // A check that was only renamed or timed anew: its kind must not all probe at the moment of a reload.
            let delay = known.state.nextDelay(schedule, using: &generator)
            let share = Double.random(in: 0...1, using: &generator)
            guard (try? await clock.sleep(for: delay * share)) != nil else { return }
        }
        while !Task.isCancelled {
            guard await slots.acquire() else { return }
            let start = clock.now
            let result = await probe(unit, with: prober)
            slots.release()
            // A cancelled probe says nothing about the target.
            guard !Task.isCancelled else { return }
            switch result {
            case .success(let verdict): await log(record(verdict, of: unit))
            case .failure(let problem): await log(complaint(problem))
            }
            let next = start + (state(of: unit)?.state ?? CheckState()).nextDelay(schedule, using: &generator)
            guard (try? await clock.sleep(until: next, tolerance: nil)) != nil else { return }
        }
    }

    private func state(of unit: ProbeUnit) -> HealthBoard.Unit? {
        boards.withLock { $0.current[unit] ?? $0.next?[unit] }
    }

    private func probe(_ unit: ProbeUnit, with prober: Prober) async -> Result<Verdict, ProbeNotRun> {
        do throws(ProbeNotRun) {
            switch unit.subject {
            case .address(let address): return .success(try await prober.probe(unit.check, address: address))
            case .host(let name): return .success(try await prober.probe(unit.check, host: name))
            }
        } catch {
            return .failure(error)
        }
    }

    /// A line that says that probes cannot run, at most once a minute: it concerns many at a time.
    private func complaint(_ problem: ProbeNotRun) -> [LogLine] {
        let now = ContinuousClock.now
        let isDue = lastComplaint.withLock { last in
            if let last, now - last < .seconds(60) { return false }
            last = now
            return true
        }
        return isDue ? [(.warning, "probes cannot run, so targets keep their states: \(problem)")] : []
    }

    /// Writes a verdict on the board, and on the next one: both know the same when one takes over from the other. What
    /// is to be said about it comes after it is published.
    private func record(_ verdict: Verdict, of unit: ProbeUnit) -> [LogLine] {
        let (transitions, plan) = order.withLock { _ in
            let (table, transitions, plan) = boards.withLock { boards in
                let time = Date()
                let change = boards.current.record(verdict, of: unit, at: time)
                let ahead = boards.next?.record(verdict, of: unit, at: time)
                let plan = change == nil ? boards.next?.plan : nil
                return (
                    change?.isNew == true ? boards.current.table : nil, (change ?? ahead)?.transitions ?? [],
                    plan ?? boards.current.plan
                )
            }
            if let table { publish(plan.pools.map(\.definition), table) }
            return (transitions, plan)
        }
        return plan.lines(of: transitions, verdict, unit)
    }

    /// Leaves the event loop for it: who reads the log slowly must not hold up what else runs there.
    private func log(_ lines: [LogLine]) async {
        guard !lines.isEmpty else { return }
        await withTaskExecutorPreference(globalConcurrentExecutor) {
            for (level, text) in lines { logger.log(level: level, "\(text)") }
        }
    }
}
