// From the states of a pool's members to what is published of them.

internal import DNSCore

extension PoolState {
    /// Returns whether it is new.
    mutating func updateCondition(of index: Int, at now: Instant) -> Bool {
        let member = members[index]
        let (target, place) = (layout.targets[index], layout.places[index])
        var condition = MemberCondition(member.state, isChanging: member.isChanging(layout.rules, at: now))
        condition.isUncertain = isFrozen || commonCause?.isOver == false || member.isStale
        condition.override = orders[target].override
        condition.weight = orders[target].weight
        condition.share = member.share(layout.rules, at: now)
        condition.wasInService = member.wasInService
        guard conditions[target][place] != condition else { return false }
        conditions[target][place] = condition
        return true
    }

    /// Returns whether anything is new.
    mutating func updateConditions(at now: Instant) -> Bool {
        var isNew = false
        for index in members.indices where updateCondition(of: index, at: now) { isNew = true }
        for target in layout.poolTargets where updateConditionOfPool(target) { isNew = true }
        let serving = conditions.count { $0.contains(where: \.isInService) }
        guard serving >= layout.required else { return isNew }
        return rememberService() || isNew
    }

    /// A target that is a pool has no members here: all that there is to say of it is what operators have set.
    private mutating func updateConditionOfPool(_ target: Int) -> Bool {
        var new: [MemberCondition] = []
        if orders[target] != StandingOrder() {
            // Its state, by which nothing is counted here, is filled in when answers are planned.
            var condition = MemberCondition(.down)
            condition.override = orders[target].override
            condition.weight = orders[target].weight
            new = [condition]
        }
        defer { conditions[target] = new }
        return conditions[target] != new
    }

    /// Notes who is in service, while the pool is. Returns whether that is new.
    private mutating func rememberService() -> Bool {
        var isNew = false
        for index in members.indices {
            let (target, place) = (layout.targets[index], layout.places[index])
            let serves = conditions[target][place].isInService
            members[index].wasInService = serves
            guard conditions[target][place].wasInService != serves else { continue }
            conditions[target][place].wasInService = serves
            isNew = true
        }
        return isNew
    }
}
