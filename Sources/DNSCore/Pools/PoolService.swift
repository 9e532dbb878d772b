// The one place that decides which members of a pool may be answered with, from what is known of them and what operators
// have said. How answers are picked among those is the policy's business.

/// Who may be answered with at this moment, and how long clients may rely on it.
public struct PoolService: Sendable {
    public enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
        case normal
        /// Too few are in service, so all are answered with.
        case failOpen = "fail_open"
        /// Too few are in service, so those are answered with that last were.
        case lastKnown = "last_known"
        case backup
        case closed
        case servfail
    }

    public let mode: Mode
    /// For each target, for each of its members.
    public let rules: [[ServiceRule]]
    /// The weight of each, relative to those of the pool's other members, times `weightScale`.
    public let weights: [[UInt32]]
    public let weightScale: UInt32
    public let timeToLive: TimeToLiveRule

    public init(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) {
        (mode, rules) = Self.choose(pool, conditions)
        (weights, weightScale) = Self.weigh(pool, conditions, rules)
        timeToLive = Self.limit(mode, conditions, rules)
    }

    private static func choose(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) -> (Mode, [[ServiceRule]]) {
        let own = conditions.map { $0.map(\.rule) }
        let count = own.count { $0.contains(where: \.isKept) }
        guard count < max(1, pool.service.minimumHealthy.required(of: pool.targets.count)) else {
            return (.normal, withoutDegraded(pool, conditions, own))
        }
        switch pool.service.whenAllDown {
        case .open: return (.failOpen, opened(conditions, own))
        case .lastKnown:
            let last = lastKnown(conditions)
            return last.isServing ? (.lastKnown, last) : (.failOpen, opened(conditions, own))
        case .backup: return (.backup, replaced(own))
        case .closed: return (.closed, replaced(own))
        case .servfail: return (.servfail, replaced(own))
        }
    }

    private static func replaced(_ own: [[ServiceRule]]) -> [[ServiceRule]] {
        own.map { $0.map { $0.isKept ? .replaced : $0 } }
    }

    /// All but those that operators have taken out; those too if there is nobody else, as some answer is better than none.
    /// A window of maintenance comes by itself, so if it has taken out the last that was well, that one goes on.
    private static func opened(_ conditions: [[MemberCondition]], _ own: [[ServiceRule]]) -> [[ServiceRule]] {
        if !own.isServing {
            let well = conditions.map { $0.map(\.ruleOfLast) }
            if well.isServing { return well }
        }
        let opened = own.map { $0.map { $0 == .down ? .failOpen : $0 } }
        return opened.isServing ? opened : own.map { $0.map { _ in .allTakenOut } }
    }

    private static func lastKnown(_ conditions: [[MemberCondition]]) -> [[ServiceRule]] {
        conditions.map { members in
            members.map { condition in
                let own = condition.rule
                guard condition.wasInService else { return own.isKept ? .notLastKnown : own }
                return own == .down ? .lastKnown : own
            }
        }
    }

    /// Leaves out who is degraded where somebody is up to whom the same clients can go: an address of the same family.
    private static func withoutDegraded(
        _ pool: PoolDefinition, _ conditions: [[MemberCondition]], _ own: [[ServiceRule]]
    ) -> [[ServiceRule]] {
        guard pool.service.degraded == .last else { return own }
        var hasUp = [false, false, false]
        for (target, members) in conditions.enumerated() {
            for (member, condition) in members.enumerated()
            where own[target][member].isKept && condition.effectiveState == .up {
                hasUp[pool.targets[target].family(of: member)] = true
            }
        }
        return conditions.enumerated().map { target, members in
            members.enumerated().map { member, condition in
                let rule = own[target][member]
                let comesLast = rule.isKept && condition.effectiveState == .degraded
                return comesLast && hasUp[pool.targets[target].family(of: member)] ? .degradedBehindUp : rule
            }
        }
    }

    private static func weigh(
        _ pool: PoolDefinition, _ conditions: [[MemberCondition]], _ rules: [[ServiceRule]]
    ) -> ([[UInt32]], scale: UInt32) {
        let full = UInt32(MemberCondition.fullShare)
        let shares = conditions.map { $0.map { share(of: $0, pool.service.degraded) } }
        let isPlain = zip(rules, shares).allSatisfy { zip($0, $1).allSatisfy { !$0.isKept || $1 == full } }
        let weights = zip(pool.targets, zip(conditions, shares)).map { target, members in
            zip(members.0, members.1).map { condition, share in
                // Ten times the weight at most, of 64 targets: the sum stays below 2^32.
                min(condition.weight ?? target.weight, TargetDefinition.maximumWeight) * (isPlain ? 1 : share)
            }
        }
        return (weights, isPlain ? 1 : full)
    }

    private static func share(of condition: MemberCondition, _ rule: ServiceRules.DegradedService) -> UInt32 {
        let share = UInt32(min(max(condition.share, 1), MemberCondition.fullShare))
        guard case .lowerWeight(let tenths) = rule, condition.effectiveState == .degraded else { return share }
        return max(1, share * UInt32(tenths) / UInt32(MemberCondition.fullShare))
    }

    private static func limit(
        _ mode: Mode, _ conditions: [[MemberCondition]], _ rules: [[ServiceRule]]
    ) -> TimeToLiveRule {
        guard mode == .normal else { return .tooFewInService }
        let isUncertain = zip(rules.joined(), conditions.joined()).contains { rule, condition in
            rule.isKept && (condition.effectiveState == .unknown || condition.isUncertain)
        }
        guard !isUncertain else { return .uncertain }
        return conditions.joined().contains { $0.isChanging && $0.override?.takesOut != true } ? .changing : .none
    }
}

extension MemberCondition {
    /// If nobody at all is in service: a window of maintenance does not hold for who is well.
    fileprivate var ruleOfLast: ServiceRule {
        override == .maintenance && (state == .up || state == .degraded) ? .maintenanceOfLast : rule
    }
}

extension [[ServiceRule]] {
    /// Whether anybody is answered with.
    fileprivate var isServing: Bool { contains { $0.contains(where: \.isKept) } }
}

extension TargetDefinition {
    /// 0 for an IPv4 address or a pool of addresses, 1 for IPv6, 2 for a host name (CNAME) or a pool of these.
    fileprivate func family(of member: Int) -> Int {
        switch endpoint {
        case .addresses(let addresses): addresses[member].isV6 ? 1 : 0
        case .host(let host):
            !host.isFlattened ? 2 : host.addresses.indices.contains(member) && host.addresses[member].isV6 ? 1 : 0
        case .pool(let nested): nested.hasHosts ? 2 : 0
        }
    }
}
