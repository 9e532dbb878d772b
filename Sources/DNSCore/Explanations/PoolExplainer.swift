// Explains pools: plans them again with the planner that made their health snapshot, and reads what answers are picked
// from out of the snapshot itself.

struct PoolExplainer {
    let pools: [ServedPool]
    var planner: PoolPlanner
    /// Whom the answer is for.
    var asker: Asker
    private(set) var explanations: [PoolExplanation] = []
    private var seen = Set<Int>()

    init(_ pools: [ServedPool], asker: Asker) {
        self.pools = pools
        self.asker = asker
        planner = PoolPlanner(pools.map(\.definition), pools.map(\.conditions))
    }

    /// Explains the pool that an answer is made from, and those that it leads to.
    mutating func explain(_ use: PoolUse, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot) {
        guard pools.indices.contains(use.pool), seen.insert(use.pool).inserted else { return }
        let preferred = preference(use.pool, health)
        let plan = preferred?.plan ?? planner.plan(use.pool)
        let choices = choices(use, plan, image, health)
        var explanation = explain(use.pool, plan, use, choices)
        explanation.preference = preferred?.explanation
        explanation.choices = choices
        let selection = health.selection(of: use.pool, for: &asker)
        explanation.timeToLive.record = use.timeToLive
        explanation.timeToLive.limit =
            selection.timeToLiveCap == TimeToLiveCap.none ? nil : selection.timeToLiveCap
        explanation.timeToLive.result = min(use.timeToLive, selection.timeToLiveCap)
        explanation.picking = picking(use, selection)
        explanations.append(explanation)
        explainOthers(of: use.pool, plan, use, choices)
    }

    /// Explains nested pools and those that stand in.
    private mutating func explainOthers(
        of pool: Int, _ plan: PoolPlan, _ use: PoolUse, _ choices: [ChoiceExplanation]
    ) {
        var names = pools[pool].definition.targets.compactMap { target in
            if case .pool(let nested) = target.endpoint { nested.name } else { nil }
        }
        if let substitute = plan.substitute { names.append(substitute) }
        for name in names {
            guard let number = pools.firstIndex(where: { $0.definition.name == name }), seen.insert(number).inserted
            else { continue }
            let plan = planner.plan(number)
            explanations.append(explain(number, plan, use, choices))
            explainOthers(of: number, plan, use, choices)
        }
    }

    /// What the client prefers of a pool's targets, and the plan for that if any of them is in service.
    private mutating func preference(
        _ pool: Int, _ health: borrowing HealthSnapshot
    ) -> (explanation: PreferenceExplanation, plan: PoolPlan?)? {
        let own = health.pools[pool]
        guard own.runCount > 0 else { return nil }
        let value = health.preference(own, of: &asker)
        guard value != PrefixTable.none else { return nil }
        let address = asker.address
        let preferences = pools[pool].definition.preferences
        let entry = preferences.entries.filter { $0.network.range.contains(address) }
            .max {
                $0.network.range.upperBound - $0.network.range.lowerBound
                    > $1.network.range.upperBound - $1.network.range.lowerBound
            }
        let plan = planner.preferred(pool)[Int(value)]
        let explanation = PreferenceExplanation(
            network: entry.map { "\($0.network.address)/\($0.network.length)" } ?? "",
            targets: entry?.targets ?? preferences.choices[Int(value)].sorted(), isApplied: plan != nil)
        return (explanation, plan)
    }

    private func explain(
        _ number: Int, _ plan: PoolPlan, _ use: PoolUse, _ choices: [ChoiceExplanation]
    ) -> PoolExplanation {
        let (pool, conditions) = (pools[number].definition, planner.conditions[number])
        let words = RuleWords(pool, plan)
        var explanation = PoolExplanation(
            name: pool.name, policy: pool.policy.rawValue, mode: plan.mode,
            inService: conditions.count { $0.contains(where: \.isInService) },
            required: max(1, pool.service.minimumHealthy.required(of: pool.targets.count)),
            targetCount: pool.targets.count, substitute: plan.substitute ?? (plan.mode == .backup ? "backup" : nil),
            timeToLive: TimeToLiveExplanation(rule: plan.timeToLiveRule), targets: [], choices: [])
        let rules = use.kind == .services ? plan.serviceRules : plan.rules
        explanation.targets = pool.targets.enumerated().map { index, target in
            TargetExplanation(
                name: target.name, pool: target.nestedName, tier: target.tier, weight: target.weight,
                members: rules[index].indices.map { member in
                    let condition = conditions[index][member]
                    let rule = final(rules[index][member], pool, target, member, use, choices)
                    return MemberExplanation(
                        address: target.text(of: member), state: condition.effectiveState,
                        override: condition.override,
                        weight: Double(plan.weights[index][member]) / Double(plan.weightScale),
                        weightPercent: Int(condition.share) * 100 / Int(MemberCondition.fullShare), rule: rule,
                        text: words.text(of: rule, target, condition), isAnswered: rule.isKept)
                })
        }
        return explanation
    }

    /// The rule of a member under one question: who is kept by the plan may still not be what is asked for.
    private func final(
        _ rule: ServiceRule, _ pool: PoolDefinition, _ target: TargetDefinition, _ member: Int, _ use: PoolUse,
        _ choices: [ChoiceExplanation]
    ) -> ServiceRule {
        guard rule.isKept, target.nestedName == nil else {
            let isUsed = choices.contains { choice in reaches(choice.pool, from: target) }
            return rule.isKept && !isUsed && !choices.isEmpty ? .otherChosen : rule
        }
        guard use.takes(target.endpoint, member: member) else { return .otherFamily }
        let data = use.kind == .services ? target.serviceName.map { "\($0)" } : target.text(of: member)
        if choices.contains(where: { $0.pool == pool.name && $0.target == target.name && $0.data == data }) {
            return rule
        }
        return excuse(pool, target, data, use, choices)
    }

    /// Why a member that its pool's plan has kept is not in an answer.
    private func excuse(
        _ pool: PoolDefinition, _ target: TargetDefinition, _ data: String?, _ use: PoolUse,
        _ choices: [ChoiceExplanation]
    ) -> ServiceRule {
        if choices.contains(where: { $0.data == data }) { return .duplicate }
        if pool.name != pools[use.pool].definition.name, !choices.contains(where: { $0.pool == pool.name }) {
            return .outerPool
        }
        return target.weight == 0 || choices.isEmpty ? .noWeight : .otherChosen
    }

    /// Whether a pool is a target, or nested in it.
    private func reaches(_ name: String, from target: TargetDefinition, depth: Int = 0) -> Bool {
        guard let nested = target.nestedName, depth < PoolDefinition.maximumDepth else { return false }
        if nested == name { return true }
        return pools.first { $0.definition.name == nested }?.definition.targets.contains {
            reaches(name, from: $0, depth: depth + 1)
        } ?? false
    }
}

extension TargetDefinition {
    /// The pool that it is.
    var nestedName: String? {
        if case .pool(let nested) = endpoint { nested.name } else { nil }
    }

    /// A member's address, or the host name.
    func text(of member: Int) -> String? {
        switch endpoint {
        case .addresses(let addresses): "\(addresses[member])"
        case .host(let name): "\(name)"
        case .pool: nil
        }
    }
}
