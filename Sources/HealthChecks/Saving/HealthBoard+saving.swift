// What of the board is to be saved: all of it now and then, and in between the members of which something else counts now.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// Which members are not as they were saved.
    struct Unsaved: Sendable {
        /// Of a new board nothing is.
        var isAll = true
        var members: Set<Int> = []
        var isNode = true

        var isEmpty: Bool { !isAll && !isNode && members.isEmpty }
    }

    /// Notes the members that a verdict on `unit` matters to, if more is new than its time.
    mutating func noteUnsaved(_ unit: Int, since former: CheckState) {
        guard !units[unit].state.saysTheSame(as: former) else { return }
        for (member, _) in plan.membersOfUnit[unit] { unsaved.members.insert(member) }
    }

    /// What is to be saved; nil: nothing.
    func toSave(_ unsaved: Unsaved, _ clock: WallClock) -> UnsavedHealth? {
        guard !unsaved.isEmpty else { return nil }
        let numbers = unsaved.isAll ? Array(plan.members.indices) : unsaved.members.sorted()
        let offset = clock.toSaved
        var fingerprints = Fingerprints()
        let members = numbers.map { number in
            let member = plan.members[number]
            let checks = member.units.map { unit in
                SavedCheck(
                    name: plan.units[unit].check.name, fingerprint: fingerprints.of(plan.units[unit]),
                    state: units[unit].state,
                    verdict: units[unit].last?.verdict, time: units[unit].last?.time)
            }
            let pool = plan.pools[member.pool].definition
            return SavedMember(
                pool: pool.name, target: pool.targets[member.target].name, address: member.subject.text,
                state: pools[member.pool].members[member.place], checks: checks
            ).movingTimes(by: offset)
        }
        return UnsavedHealth(isComplete: unsaved.isAll, members: members, node: node.movingTimes(by: offset))
    }

    private var node: SavedNode {
        var node = SavedNode(subjects: [:], cutOff: prober.cutOff, commonCauses: [:])
        for (subject, state) in zip(plan.subjects, prober.subjects) where state.silentSince != nil {
            node.subjects[subject.text] = state
        }
        for (pool, state) in zip(plan.pools, pools) { node.commonCauses[pool.definition.name] = state.commonCause }
        return node
    }
}

extension CheckState {
    /// Whether only times and counts that matter no more are others.
    fileprivate func saysTheSame(as other: CheckState) -> Bool {
        guard state == other.state, isSettled == other.isSettled, isChanging == other.isChanging else { return false }
        // Of a check that is up and passes, or down and fails, counts go on and on.
        return !isChanging
            || (consecutivePasses == other.consecutivePasses && consecutiveFailures == other.consecutiveFailures)
    }
}
