// Other pools, without a restart: what is new is probed first, what stays keeps its state and its schedule, and the
// moment of the change is the caller's, so that zones and pools change together.

public import DNSCore
internal import Synchronization

extension HealthMonitor {
    /// Watches `pools` from now on. Checks that are new get their first verdicts before the change, but no longer than
    /// `limit` is waited for them. One call at a time.
    /// - Parameters:
    ///   - maximumProbes: as in `init`; a number below the present one changes nothing.
    ///   - publish: called once, at the moment of the change, instead of the closure that `init` was given; never beside
    ///     it.
    /// - Returns: whether all checks had a verdict.
    @discardableResult
    public func change(
        to pools: [MonitoredPool], prober rules: ProberRules = ProberRules(),
        maximumProbes: Int = HealthMonitor.leastProbes,
        within limit: Duration = HealthMonitor.firstRoundLimit, publish: Publish
    ) async -> Bool {
        prober.forgetAuthorities()
        let known = boards.withLock { ($0.current.plan.pools, $0.current.plan.prober) }
        guard known != (pools, rules) else {
            order.withLock { _ in publish(served()) }
            return true
        }
        growSlots(to: maximumProbes)
        let plan = MonitorPlan(pools, prober: rules)
        boards.withLock { $0.next = HealthBoard(plan, adopting: $0.current, at: .now) }
        watchAll()
        let isComplete = await wait(limit) { $0.next?.pendingUnits == 0 }
        order.withLock { _ in
            let (served, retired) = boards.withLock { boards in
                let retired = boards.takeNext(at: .now)
                return (boards.served, retired)
            }
            publish(served)
            boards.withLock { $0.drainClock.retire(retired, at: .now) }
            rememberAll()
            setAlarm()
        }
        endWatchesOutside(plan)
        return isComplete
    }

    /// Keeps what is known of all pools as they are from now on.
    private func rememberAll() {
        let clock = WallClock()
        history.append(boards.withLock { $0.current }.moments(clock, run: history.run))
    }

    private func growSlots(to count: Int) {
        let more = slotCount.withLock { slotCount in
            defer { slotCount = max(slotCount, count) }
            return max(0, count - slotCount)
        }
        slots.grow(by: more)
    }

    /// Starts a task for each unit that has none yet.
    /// - Parameter isFirstRound: whether all are probed at once, those too of which something is known.
    func watchAll(isFirstRound: Bool = false) {
        let units = boards.withLock { $0.current.plan.units + ($0.next?.plan.units ?? []) }
        watches.withLock { watches in
            guard watches.phase == .running else { return }
            for (number, unit) in units.enumerated() where watches.tasks[unit] == nil {
                let executor = executors[number % executors.count]
                watches.tasks[unit] = Task(executorPreference: executor) {
                    await self.watch(unit, on: executor, atOnce: isFirstRound)
                }
            }
        }
    }

    private func endWatchesOutside(_ plan: MonitorPlan) {
        watches.withLock { watches in
            for (unit, task) in watches.tasks where plan.numbers[unit] == nil {
                task.cancel()
                watches.tasks[unit] = nil
            }
        }
    }
}

extension HealthMonitor.Boards {
    /// Puts the next board in the place of the current one. Returns what answers contained until now.
    fileprivate mutating func takeNext(at now: Instant) -> DrainClock.Exposure {
        let exposure = current.plan.exposure(of: Array(current.plan.pools.indices), in: served)
        guard let board = next else { return exposure }
        var clock = drainClock
        clock.prune(at: now)
        clock.retire(exposure, at: now)
        self = Self(current: board)
        drainClock = clock
        return exposure
    }
}
