// A pool with its defaults filled in.

internal import Checks
internal import DNSCore

extension ConfiguredPool {
    var shown: ShownValue {
        let own = checks.dropFirst(usesProfile ? orthancProfile.count : 0)
        return .mapping(
            ShownValue([
                "policy": .text(definition.policy.rawValue),
                "answers": definition.answers.map { .number($0) },
                "profile": usesProfile ? .text("orthanc") : nil,
                "checks": own.isEmpty ? nil : .texts(own.map(\.name)),
                "targets": .mapping(definition.targets.map { .init($0.name, shown($0)) }),
                "prefer": definition.preferences.shown,
            ]).entries + definition.service.shown.entries + rules.shown.entries
                + ShownValue(["recovery_target": recoveryTarget.map { .duration($0.duration) }]).entries)
    }

    private func shown(_ target: TargetDefinition) -> ShownValue {
        let probing = targetProbing[target.name]
        let usesWeights = [.weighted, .sticky].contains(definition.policy)
        let own = ShownValue([
            "name": target.ownName.map { .text("\($0)") },
            "weight": usesWeights ? .number(target.weight) : nil,
            "tier": definition.policy == .failover ? .number(target.tier) : nil,
            "checks": probing?.checks.map { .texts($0.map(\.name)) },
            "probe": probing.flatMap {
                $0.addresses.isEmpty ? nil : ShownValue(["address": .texts($0.addresses)])
            },
        ])
        return .mapping(target.endpoint.shown.entries + own.entries)
    }
}

extension TargetDefinition.Endpoint {
    fileprivate var shown: ShownValue {
        switch self {
        case .addresses(let addresses): ShownValue(["address": .texts(addresses)])
        case .host(let host): ShownValue(["host": .text("\(host.name)"), "flatten": .boolean(host.isFlattened)])
        case .pool(let pool): ShownValue(["pool": .text(pool.name)])
        }
    }
}

extension PoolPreferences {
    fileprivate var shown: ShownValue? {
        if entries.isEmpty { return nil }
        return .mapping(
            entries.map { .init("\($0.network.address)/\($0.network.length)", .texts($0.targets)) })
    }
}

extension ServiceRules {
    fileprivate var shown: ShownValue {
        ShownValue([
            "min_healthy": minimumHealthy.shown,
            "when_all_down": .text(whenAllDown.rawValue),
            "backup": backup?.shown,
            "degraded": .text(degraded.word),
            "degraded_weight": degraded.tenths.map { .text("\(Int($0) * 10)%") },
        ])
    }
}

extension ServiceRules.MinimumHealthy {
    fileprivate var shown: ShownValue {
        switch self {
        case .count(let count): .number(count)
        case .percent(let percent): .text("\(percent)%")
        }
    }
}

extension ServiceRules.Backup {
    fileprivate var shown: ShownValue {
        switch self {
        case .pool(let name): .text(name)
        case .addresses(let addresses): .texts(addresses)
        case .host(let name): .text("\(name)")
        }
    }
}

extension ServiceRules.DegradedService {
    fileprivate var word: String {
        switch self {
        case .last: "last"
        case .equal: "equal"
        case .lowerWeight: "lower_weight"
        }
    }

    fileprivate var tenths: UInt8? { if case .lowerWeight(let tenths) = self { tenths } else { nil } }
}

extension HealthRules {
    fileprivate var shown: ShownValue {
        ShownValue([
            "failback": .text(failback.words),
            "slow_start": .duration(slowStart),
            "damping": damping?.shown ?? .text("off"),
            "stale_after": .duration(staleAfter),
            "common_mode": .duration(commonModeHold),
        ])
    }
}

extension HealthRules.Failback {
    fileprivate var words: String {
        switch self {
        case .auto: "auto"
        case .delayed(let time): "delayed \(time.shown)"
        case .manual: "manual"
        }
    }
}

extension HealthRules.Damping {
    fileprivate var shown: ShownValue {
        ShownValue([
            "changes": .number(transitions),
            "within": .duration(window),
            "hold": .texts(holds.map(\.shown)),
            "forget_after": .duration(forgetAfter),
        ])
    }
}
