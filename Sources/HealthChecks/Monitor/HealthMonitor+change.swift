// Other pools, without a restart: what is new is probed first, what stays keeps its state and its schedule, and the
// moment of the change is the caller's, so that zones and pools change together.

internal import Checks
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
        hosts: HostRules = HostRules(), maximumProbes: Int = HealthMonitor.leastProbes,
        within limit: Duration = HealthMonitor.firstRoundLimit, publish: Publish
    ) async -> Bool {
        prober.forgetAuthorities()
        // Whoever holds it lets go of it within moments; a monitor that is cancelled changes nothing any more.
        guard await changes.acquire() else { return false }
        defer { changes.release() }
        let known = boards.withLock { ($0.configured, $0.current.plan.prober) }
        guard known != (pools, rules) || hostRules.withLock({ $0 != hosts }) else {
            order.withLock { _ in publish(served()) }
            return true
        }
        growSlots(to: maximumProbes)
        let end = ContinuousClock.now + limit
        await lookUpHosts(of: pools, hosts, within: limit)
        let plan = boards.withLock { MonitorPlan(pools.resolved(by: $0.hosts), prober: rules) }
        prepare(plan)
        let isComplete = await wait(end - .now) { $0.next?.pendingUnits == 0 }
        order.withLock { _ in
            let (served, retired) = boards.withLock { boards in
                let retired = boards.takeOver(at: .now)
                boards.configured = pools
                return (boards.served, retired)
            }
            publish(served)
            boards.withLock { $0.drainClock.retire(retired, at: .now) }
            rememberAll()
            setAlarm()
        }
        endWatchesOutside(plan)
        endLookupsOutside(pools)
        tallies.keep(Set(plan.units.map(\.check.name)))
        return isComplete
    }

    /// Keeps what is known of all pools as they are from now on.
    private func rememberAll() {
        let clock = WallClock()
        history.append(boards.withLock { $0.current }.moments(clock, run: history.run))
    }

    /// Makes the board that is to take over, with what is known, and begins to probe what is new on it.
    func prepare(_ plan: MonitorPlan) {
        boards.withLock { boards in
            let now = Instant.now
            var next = HealthBoard(plan, adopting: boards.current, at: now)
            next.recordUnresolved(boards.hosts, at: now)
            boards.next = next
        }
        watchAll()
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
            for (number, unit) in units.enumerated() where watches.tasks[unit] == nil && unit.isProbed {
                let executor = executors[number % executors.count]
                watches.tasks[unit] = Task(executorPreference: executor) {
                    await self.watch(unit, on: executor, atOnce: isFirstRound)
                }
            }
        }
    }

    func endWatchesOutside(_ plan: MonitorPlan) {
        watches.withLock { watches in
            for (unit, task) in watches.tasks where plan.numbers[unit] == nil {
                task.cancel()
                watches.tasks[unit] = nil
            }
        }
    }
}
