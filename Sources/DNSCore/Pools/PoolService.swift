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
    public let candidates: [[Bool]]
    /// The weight of each, relative to those of the pool's other members.
    public let weights: [[UInt32]]
    /// The most seconds that clients may keep an answer; `UInt32.max` for no such limit.
    public let timeToLiveCap: UInt32

    public init(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) {
        (mode, candidates) = Self.choose(pool, conditions)
        weights = Self.weigh(pool, conditions, candidates)
        timeToLiveCap = Self.limit(mode, conditions, candidates)
    }

    private static func choose(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) -> (Mode, [[Bool]]) {
        let inService = conditions.map { $0.map(\.isInService) }
        let count = inService.count { $0.contains(true) }
        guard count < max(1, pool.service.minimumHealthy.required(of: pool.targets.count)) else {
            return (.normal, withoutDegraded(pool, conditions, inService))
        }
        switch pool.service.whenAllDown {
        case .open: return (.failOpen, opened(conditions))
        case .lastKnown:
            let last = conditions.map { $0.map { $0.wasInService && $0.override?.takesOut != true } }
            return last.contains { $0.contains(true) } ? (.lastKnown, last) : (.failOpen, opened(conditions))
        case .backup: return (.backup, none(conditions))
        case .closed: return (.closed, none(conditions))
        case .servfail: return (.servfail, none(conditions))
        }
    }

    private static func none(_ conditions: [[MemberCondition]]) -> [[Bool]] { conditions.map { $0.map { _ in false } } }

    /// All but those that operators have taken out; those too if there is nobody else, as some answer is better than none.
    /// A window of maintenance comes by itself, so if it has taken out the last that was well, that one goes on.
    private static func opened(_ conditions: [[MemberCondition]]) -> [[Bool]] {
        if !conditions.joined().contains(where: \.isInService) {
            let well = conditions.map {
                $0.map { $0.override == .maintenance && ($0.state == .up || $0.state == .degraded) }
            }
            if well.contains(where: { $0.contains(true) }) { return well }
        }
        let left = conditions.map { $0.map { $0.override?.takesOut != true } }
        return left.contains { $0.contains(true) } ? left : left.map { $0.map { _ in true } }
    }

    /// Leaves out who is degraded where somebody is up to whom the same clients can go: an address of the same family.
    private static func withoutDegraded(
        _ pool: PoolDefinition, _ conditions: [[MemberCondition]], _ inService: [[Bool]]
    ) -> [[Bool]] {
        guard pool.service.degraded == .last else { return inService }
        var hasUp = [false, false, false]
        for (target, members) in conditions.enumerated() {
            for (member, condition) in members.enumerated()
            where inService[target][member] && condition.effectiveState == .up {
                hasUp[pool.targets[target].family(of: member)] = true
            }
        }
        return conditions.enumerated().map { target, members in
            members.enumerated().map { member, condition in
                inService[target][member]
                    && (condition.effectiveState != .degraded || !hasUp[pool.targets[target].family(of: member)])
            }
        }
    }

    private static func weigh(
        _ pool: PoolDefinition, _ conditions: [[MemberCondition]], _ candidates: [[Bool]]
    ) -> [[UInt32]] {
        let full = UInt32(MemberCondition.fullShare)
        let shares = conditions.map { $0.map { share(of: $0, pool.service.degraded) } }
        let isPlain = zip(candidates, shares).allSatisfy { zip($0, $1).allSatisfy { !$0 || $1 == full } }
        return zip(pool.targets, zip(conditions, shares)).map { target, members in
            zip(members.0, members.1).map { condition, share in
                // Ten times the weight at most, of 64 targets: the sum stays below 2^32.
                min(condition.weight ?? target.weight, TargetDefinition.maximumWeight) * (isPlain ? 1 : share)
            }
        }
    }

    private static func share(of condition: MemberCondition, _ rule: ServiceRules.DegradedService) -> UInt32 {
        let share = UInt32(min(max(condition.share, 1), MemberCondition.fullShare))
        guard case .lowerWeight(let tenths) = rule, condition.effectiveState == .degraded else { return share }
        return max(1, share * UInt32(tenths) / UInt32(MemberCondition.fullShare))
    }

    private static func limit(_ mode: Mode, _ conditions: [[MemberCondition]], _ candidates: [[Bool]]) -> UInt32 {
        let isUncertain = zip(candidates.joined(), conditions.joined()).contains { isCandidate, condition in
            isCandidate && (condition.effectiveState == .unknown || condition.isUncertain)
        }
        guard mode == .normal, !isUncertain else { return TimeToLiveCap.uncertain }
        let isChanging = conditions.joined().contains { $0.isChanging && $0.override?.takesOut != true }
        return isChanging ? TimeToLiveCap.changing : TimeToLiveCap.none
    }
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
