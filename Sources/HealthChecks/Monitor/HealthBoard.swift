// All that the monitor knows, as one value: events in, changes out. No clock, no I/O, no lock of its own.

internal import Checks
internal import DNSCore

/// The state machines of all pools and of the prober, and the last verdicts, for people.
struct HealthBoard: Sendable {
    /// A check of an address. Its state is that of its verdicts alone, by which it is scheduled; what counts is the
    /// state that each member makes of it.
    struct Unit: Sendable {
        var state = CheckState()
        var last: (verdict: Verdict, time: Instant)?
        var trail = LatencyTrail()
        /// When the next probe starts.
        var next: Instant?
    }

    /// What an event has changed.
    struct Change: Sendable {
        /// The pools whose conditions are not what they were.
        var pools: [Int] = []
        var transitions: [(pool: Int, transition: PoolState.Transition)] = []
        var prober: ProberState.Change?
        /// Pools in which a common cause was found, or is no more.
        var commonCauses: [Int] = []
        /// What operators have ordered, and what has come of that by itself.
        var orders: [OrderNews] = []
        /// The orders for each target where they are not what they were.
        var saved: [TargetOrders] = []

        /// Whether there is something to be kept of it.
        var isEvent: Bool { !transitions.isEmpty || prober != nil || !commonCauses.isEmpty || !orders.isEmpty }
    }

    var plan: MonitorPlan
    var units: [Unit]
    var pools: [PoolState]
    var prober: ProberState
    /// Those for targets that are not in the plan included.
    var orders = OrderBook()
    /// When a window opens or closes, or is to be looked at again.
    var orderDeadline: Instant?
    /// Units without a verdict.
    var pendingUnits: Int
    /// When `pass(to:)` is due; perhaps earlier than need be, never later.
    private(set) var deadline: Instant?
    /// What is not as it was last saved.
    var unsaved = Unsaved()

    init(_ plan: MonitorPlan, at now: Instant) {
        self.plan = plan
        units = Array(repeating: Unit(), count: plan.units.count)
        pendingUnits = plan.units.count
        pools = plan.pools.indices.map { pool in
            let members = plan.members[plan.ranges[pool]].map { MemberState(checks: $0.units.count, at: now) }
            return PoolState(
                plan.layout(pool: pool), members: members,
                orders: Array(repeating: StandingOrder(), count: plan.pools[pool].definition.targets.count), at: now)
        }
        prober = ProberState(
            hold: plan.prober.freeze, window: plan.incidentWindow(plan.units.map(\.check)),
            subjects: Array(repeating: ProberState.Subject(), count: plan.subjects.count))
        updateDeadline()
    }

    /// By pool, target and address.
    var table: [[[MemberCondition]]] { pools.map(\.conditions) }

    /// What is known of one check of one address; nil if this board does not have it.
    subscript(unit: ProbeUnit) -> Unit? { plan.numbers[unit].map { units[$0] } }

    // MARK: Events

    /// Takes a verdict; nil if this board does not have the unit.
    mutating func record(_ verdict: Verdict, of unit: ProbeUnit, at now: Instant) -> Change? {
        plan.numbers[unit].map { record(verdict, of: $0, at: now) }
    }

    mutating func record(_ verdict: Verdict, of unit: Int, at now: Instant) -> Change {
        if units[unit].last == nil { pendingUnits -= 1 }
        let former = units[unit].state
        units[unit].state.record(
            verdict.outcome, verdict.sign, schedule: plan.units[unit].check.schedule, at: now)
        units[unit].last = (verdict, now)
        noteUnsaved(unit, since: former)
        units[unit].trail.add(verdict.outcome.isFailure ? nil : verdict.latency.milliseconds)
        var change = Change()
        change.prober = prober.record(verdict, subject: plan.subjectOfUnit[unit], at: now)
        follow(&change, at: now)
        for (member, check) in plan.membersOfUnit[unit] {
            let place = plan.members[member]
            handle(.verdict(verdict, member: place.place, check: check), in: place.pool, &change, at: now)
        }
        return change
    }

    /// Does what is due at `now`.
    mutating func pass(to now: Instant) -> Change { pass(to: WallClock(now: now)) }

    mutating func pass(to clock: WallClock) -> Change {
        let now = clock.now
        var change = Change()
        passOrders(clock, &change)
        change.prober = prober.pass(to: now)
        follow(&change, at: now)
        for pool in pools.indices where pools[pool].deadline.map({ $0 <= now }) ?? false {
            handle(.time, in: pool, &change, at: now)
        }
        updateDeadline()
        return change
    }

    /// Tells all pools what the prober thinks of itself.
    private mutating func follow(_ change: inout Change, at now: Instant) {
        guard let new = change.prober else { return }
        unsaved.isNode = true
        let event: PoolEvent = if case .cutOff(let since) = new { .freeze(since: since) } else { .thaw }
        for pool in pools.indices { handle(event, in: pool, &change, at: now) }
        include(prober.deadline)
    }

    mutating func handle(_ event: PoolEvent, in pool: Int, _ change: inout Change, at now: Instant) {
        let cause = pools[pool].commonCause
        let (transitions, isNew) = pools[pool].handle(event, at: now)
        if isNew, !change.pools.contains(pool) { change.pools.append(pool) }
        change.transitions += transitions.map { (pool, $0) }
        if pools[pool].commonCause?.isOver != cause?.isOver {
            change.commonCauses.append(pool)
            unsaved.isNode = true
        }
        for transition in transitions { unsaved.members.insert(plan.ranges[pool].lowerBound + transition.member) }
        include(pools[pool].deadline)
    }

    // MARK: Deadlines

    mutating func include(_ time: Instant?) {
        guard let time else { return }
        deadline = deadline.map { min($0, time) } ?? time
    }

    mutating func updateDeadline() {
        deadline = nil
        for pool in pools { include(pool.deadline) }
        include(prober.deadline)
        include(orderDeadline)
    }
}
