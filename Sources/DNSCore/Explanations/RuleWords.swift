// The rules in sentences.

/// Says what rules mean in one pool.
struct RuleWords {
    private let pool: PoolDefinition
    private let plan: PoolPlan
    private let tier: Int?

    init(_ pool: PoolDefinition, _ plan: PoolPlan) {
        self.pool = pool
        self.plan = plan
        tier = zip(pool.targets, plan.rules).filter { $1.contains(where: \.isKept) }.map(\.0.tier).min()
    }

    func text(of rule: ServiceRule, _ target: TargetDefinition, _ condition: MemberCondition) -> String {
        switch rule {
        case .up: condition.isUncertain ? "up, as it was: its state is held" : "up"
        case .unknown: "its health is not known, and nothing speaks against it"
        case .degraded:
            pool.service.degraded == .last
                ? "degraded, and nobody of its address family is up" : "degraded, and served beside the others"
        case .forcedUp: "forced up by an operator"
        case .failOpen: "down, but \(tooFew): all are answered that no operator has taken out"
        case .allTakenOut: "taken out by an operator, but nobody else is left"
        case .lastKnown: "down, but \(tooFew): it was in service when enough were"
        case .down: "down"
        case .drained: "drained by an operator"
        case .maintenance: "in maintenance"
        case .maintenanceOfLast: "in maintenance, but nobody else is in service, and it is well"
        case .forcedDown: "forced down by an operator"
        case .degradedBehindUp: "degraded, while others of its address family are up"
        case .laterTier: "tier \(target.tier) while tier \(tier ?? 0) serves"
        case .notLastKnown: "\(tooFew), and it was not in service when enough were"
        case .replaced: "\(tooFew): \(instead)"
        case .notPreferred: "the client's network prefers others"
        case .otherFamily: "kept, but its address is not of the type that is asked for"
        case .duplicate: "kept, but another target has the same address and stands for both"
        case .noWeight: "kept, but its weight is 0 beside others that have some"
        case .otherChosen: "kept, but this client's answers go to others"
        case .outerPool: "kept, but the pool that it is nested in answers with others"
        }
    }

    private var tooFew: String {
        let required = max(1, pool.service.minimumHealthy.required(of: pool.targets.count))
        return required == 1 ? "nobody is in service" : "fewer than \(required) are in service (min_healthy)"
    }

    private var instead: String {
        switch plan.mode {
        case .backup: plan.substitute.map { "pool \($0) is answered instead" } ?? "the backup is answered instead"
        case .closed: "no address is answered (when_all_down: closed)"
        case .servfail: "SERVFAIL is answered (when_all_down: servfail)"
        case .normal, .failOpen, .lastKnown: "others are answered"
        }
    }
}

extension PoolExplainer {
    /// How answers are picked.
    func picking(_ use: PoolUse, _ selection: HealthSnapshot.Selection) -> String {
        let answers = Int(use.kind == .services ? selection.serviceAnswers : selection.answers)
        switch (use.kind, selection.order) {
        case (.hosts, .rotation): return "one of these, in turn"
        case (.hosts, .weight): return "one of these, by weight"
        case (.hosts, .client): return "the one that the client's network sticks to"
        case (.services, .client): return "at most \(answers), in the order that the client's network has for them"
        case (.services, _): return "at most \(answers); clients choose by priority and weight"
        case (_, .rotation): return "at most \(answers), the first moving by one with each answer"
        case (_, .weight): return "at most \(answers); the first by weight, exact over time, the others drawn by weight"
        case (_, .client): return "at most \(answers), in the order that the client's network sticks to"
        }
    }
}
