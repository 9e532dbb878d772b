// The status of pools, with the drain clocks.

internal import DNSCore

extension HealthMonitor.Boards {
    func status(_ clock: WallClock) -> [PoolStatus] {
        let plan = current.plan
        let exposure = plan.exposure(of: Array(plan.pools.indices), in: served)
        let sharers = plan.exposedTargetsBySubject(exposure)
        var pools = current.status(clock, hosts)
        for (pool, monitored) in plan.pools.enumerated() {
            for (target, definition) in monitored.definition.targets.enumerated() {
                let key = TargetKey(pool: monitored.definition.name, target: definition.name)
                let others = definition.subjects.flatMap { sharers[$0] ?? [] }.filter { $0 != key }
                pools[pool].targets[target].drainClock = status(of: key, exposure[key], others, clock)
            }
        }
        return pools
    }

    private func status(
        of key: TargetKey, _ timeToLive: UInt32?, _ others: [TargetKey], _ clock: WallClock
    ) -> DrainClockStatus {
        let end = timeToLive == nil ? drainClock.end(of: key, at: clock.now) : nil
        return DrainClockStatus(
            isAnswered: timeToLive != nil, timeToLive: timeToLive, isSafe: timeToLive == nil && end == nil,
            safeAt: end.map { clock.time + ($0 - clock.now) }, alsoAnsweredAs: others)
    }
}

extension MonitorPlan {
    /// By address or host name, the targets that have it and are answered with.
    fileprivate func exposedTargetsBySubject(_ exposure: DrainClock.Exposure) -> [ProbeSubject: [TargetKey]] {
        var targets: [ProbeSubject: [TargetKey]] = [:]
        for pool in pools.map(\.definition) {
            for target in pool.targets {
                let key = TargetKey(pool: pool.name, target: target.name)
                guard exposure[key] != nil else { continue }
                for subject in Set(target.subjects) { targets[subject, default: []].append(key) }
            }
        }
        return targets
    }
}
