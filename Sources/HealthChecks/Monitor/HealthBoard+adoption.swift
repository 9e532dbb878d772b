// The board of other pools that knows what the former one knew.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// The board of a new plan that knows what `former` knows: of each check of an address that both have, or that asks
    /// the same of the same port under another name or on another schedule; of each member of a pool and target of the
    /// same name; and what operators have set.
    init(_ plan: MonitorPlan, adopting former: HealthBoard, at now: Instant) {
        self.init(plan, at: now)
        adoptUnits(of: former)
        var members: [MemberIdentity: KnownMember] = [:]
        for member in former.plan.members {
            members[MemberIdentity(member, former.plan)] = KnownMember(member, of: former)
        }
        adopt(members, former.orders, WallClock(now: now))
        adoptHolds(of: former, at: now)
        var known: [ProbeSubject: ProberState.Subject] = [:]
        for (subject, state) in zip(former.plan.subjects, former.prober.subjects) { known[subject] = state }
        prober = ProberState(
            hold: prober.hold, window: prober.window,
            subjects: plan.subjects.map { known[$0] ?? ProberState.Subject() },
            cutOff: prober.hold == nil ? nil : former.prober.cutOff)
    }

    private mutating func adoptUnits(of former: HealthBoard) {
        var known: [ProbeQuestion: Unit] = [:]
        for (unit, state) in zip(former.plan.units, former.units) where state.last != nil {
            known[ProbeQuestion(unit)] = state
        }
        for (index, unit) in plan.units.enumerated() {
            let exact = former.plan.numbers[unit].map { former.units[$0] }
            guard let state = exact ?? known[ProbeQuestion(unit)], state.last != nil else { continue }
            units[index] = state
            pendingUnits -= 1
        }
    }

    /// Makes the pools anew, with the members that are known, and the orders, which matter to who may be held down. Units
    /// must know already what is known of them.
    mutating func adopt(_ known: [MemberIdentity: KnownMember], _ book: OrderBook, _ clock: WallClock) {
        for pool in plan.pools.indices {
            let members = plan.members[plan.ranges[pool]].map { member in
                adopt(member, known[MemberIdentity(member, plan)], at: clock.now)
            }
            let definition = plan.pools[pool].definition
            let orders = definition.targets.map {
                book.standing(TargetKey(pool: definition.name, target: $0.name), at: clock.time)
            }
            pools[pool] = PoolState(plan.layout(pool: pool), members: members, orders: orders, at: clock.now)
        }
        take(book, clock)
    }

    /// What keeps states as they were.
    private mutating func adoptHolds(of former: HealthBoard, at now: Instant) {
        for (pool, monitored) in plan.pools.enumerated() {
            let place = former.plan.pools.firstIndex { $0.definition.name == monitored.definition.name }
            pools[pool].isFrozen = former.pools.first?.isFrozen ?? false
            pools[pool].commonCause = place.flatMap { former.pools[$0].commonCause }
            // Whether there still is a common cause, the members know.
            _ = pools[pool].handle(.time, at: now)
        }
    }

    /// A member with what is known of it, and of its checks from wherever they were run.
    private func adopt(_ member: MonitorPlan.Member, _ known: KnownMember?, at now: Instant) -> MemberState {
        let definitions = member.units.map { MemberCheck(plan.units[$0].check) }
        let checks = member.units.map { known?.checks[ProbeQuestion(plan.units[$0])] ?? units[$0].state }
        // A member that had no checks has no past, and one that has none now needs none.
        guard let known, !checks.isEmpty, !known.checks.isEmpty else {
            let new = MemberState(checks: checks.count, at: now)
            return checks.isEmpty ? new : MemberState(new, checks: checks, definitions)
        }
        return MemberState(known.state, checks: checks, definitions)
    }
}

/// What is known of a member from another board, or from what was saved.
struct KnownMember {
    var state: MemberState
    var checks: [ProbeQuestion: CheckState]
}

extension KnownMember {
    init(_ member: MonitorPlan.Member, of board: HealthBoard) {
        state = board.pools[member.pool].members[member.place]
        checks = Dictionary(
            zip(member.units.map { ProbeQuestion(board.plan.units[$0]) }, state.checks),
            uniquingKeysWith: { first, _ in first })
    }
}

/// What a probe finds out, whatever its check is called and however often it runs.
struct ProbeQuestion: Hashable {
    var kind: CheckDefinition.Kind
    var port: UInt16?
    var clientNames: [String]
    var subject: ProbeSubject
    var hostName: String?

    init(_ unit: ProbeUnit) {
        kind = unit.check.kind
        port = unit.check.port
        clientNames = unit.check.clientNames
        subject = unit.subject
        hostName = unit.hostName
    }
}

/// A member as an operator would call it, in whatever order the pools stand.
struct MemberIdentity: Hashable {
    var pool: String
    var target: String
    /// Its address, or its host name.
    var address: String
}

extension MemberIdentity {
    init(_ member: MonitorPlan.Member, _ plan: MonitorPlan) {
        let definition = plan.pools[member.pool].definition
        pool = definition.name
        target = definition.targets[member.target].name
        address = member.subject.text
    }
}
