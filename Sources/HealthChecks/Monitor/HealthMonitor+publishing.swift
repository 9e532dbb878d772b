// From an event to the answers: what an event changes is published before anything else is done about it.

internal import Checks
internal import DNSCore
internal import Logging
internal import Synchronization

extension HealthMonitor {
    /// Writes a verdict on the board, and on the next one: both know the same when one takes over from the other.
    func record(_ verdict: Verdict, of unit: ProbeUnit) {
        update { boards, now in
            let change = boards.current.record(verdict, of: unit, at: now)
            _ = boards.next?.record(verdict, of: unit, at: now)
            return change
        }
    }

    /// Does what is due.
    private func passTime() {
        update { boards, now in
            _ = boards.next?.pass(to: now)
            return boards.current.pass(to: now)
        }
    }

    /// Sets the alarm to when something is due next. Under `order`, so that the last change has the last word.
    func setAlarm() {
        alarm.set(boards.withLock { $0.current.deadline }) { [weak self] in self?.passTime() }
    }

    /// Lets `body` change the boards, publishes what has become of the current one, and then writes it down.
    func update(_ body: (inout Boards, Instant) -> HealthBoard.Change?) {
        order.withLock { courtesy in
            let now = Instant.now
            var former: [Int: ServedPool] = [:]
            var retired: DrainClock.Exposure = [:]
            let (change, served) = boards.withLock { boards in
                let change = body(&boards, now)
                guard let change, !change.pools.isEmpty else { return (change, [ServedPool]()) }
                let plan = boards.current.plan
                let dependents = plan.dependents(of: change.pools)
                retired = plan.exposure(of: dependents, in: boards.served)
                // Also before it is so: nobody must read that a target is answered with no more, and since long ago.
                boards.drainClock.retire(retired, at: now)
                for pool in dependents { former[pool] = boards.served[pool] }
                boards.current.serve(change.pools, in: &boards.served)
                return (change, boards.served)
            }
            guard let change else { return }
            if !served.isEmpty {
                publish(served)
                courtesy.letOthersRun(at: now)
                boards.withLock { boards in
                    boards.drainClock.retire(retired, at: .now)
                    // Copied now, not when the next change finds that it shares them with who was published to.
                    boards.served.reserveCapacity(boards.served.count)
                }
            }
            remember(change.pools, now)
            if change.isEvent { keep(change, former, now) }
            for orders in change.saved { saveOrders(orders) }
            setAlarm()
        }
    }

    /// Keeps what is known of pools.
    private func remember(_ pools: [Int], _ now: Instant) {
        guard !pools.isEmpty else { return }
        let clock = WallClock(now: now)
        // Not of a copy of the board: whoever writes to it meanwhile would have to copy all of it.
        let moments = boards.withLock { boards in
            pools.map { boards.current.moment(of: $0, clock, run: history.run) }
        }
        history.append(moments)
    }

    /// Keeps and logs what has happened.
    private func keep(_ change: HealthBoard.Change, _ former: [Int: ServedPool], _ now: Instant) {
        let made = boards.withLock { boards in
            boards.current.events(of: change, before: former, after: boards.served, WallClock(now: now))
        }
        for event in events.append(made) { log.write(event) }
    }
}

extension HealthBoard {
    /// What the pools answer with.
    var served: [ServedPool] {
        ServedPool.all(plan.pools.map(\.definition), table, faults: plan.pools.indices.map { faultTexts(pool: $0) })
    }

    /// Brings up to date what some pools answer with, and those that they are nested in.
    func serve(_ changed: [Int], in served: inout [ServedPool]) {
        for pool in changed {
            let relatives = plan.relatives[pool]
            let new = ServedPool.all(
                relatives.map { plan.pools[$0].definition }, relatives.map { pools[$0].conditions },
                faults: relatives.map { faultTexts(pool: $0) })
            for (number, pool) in zip(relatives, new) { served[number] = pool }
        }
    }

    mutating func schedule(_ unit: ProbeUnit, at time: Instant?) {
        if let number = plan.numbers[unit] { units[number].next = time }
    }
}
