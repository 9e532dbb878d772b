// From the board to what people read.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import Checks
internal import DNSCore

extension HealthBoard {
    /// Everything, in the order of the configuration.
    var status: [PoolStatus] {
        let conditions = HealthSnapshot.conditions(of: plan.pools.map(\.definition), table)
        return plan.pools.enumerated().map { pool, monitored in
            PoolStatus(
                name: monitored.definition.name, policy: monitored.definition.policy.rawValue,
                targets: monitored.definition.targets.indices.map {
                    status(pool: pool, target: $0, conditions[pool][$0])
                })
        }
    }

    private func status(pool: Int, target: Int, _ conditions: [MemberCondition]) -> TargetStatus {
        let definition = plan.pools[pool].definition.targets[target]
        let first = plan.firstMember[pool][target]
        let range = first..<first + definition.subjects.count
        let latest = range.map { members[$0].since }.max() ?? .distantPast
        return TargetStatus(
            name: definition.name, host: definition.hostName, pool: definition.poolName,
            state: .worst(conditions.map(\.state)), since: latest.iso8601,
            weight: definition.weight, tier: definition.tier, inService: nil, addresses: range.map(status(member:)))
    }

    private func status(member index: Int) -> AddressStatus {
        let member = plan.members[index]
        let state = members[index]
        return AddressStatus(
            address: member.subject.text, state: state.health.state, since: state.since.iso8601,
            isChanging: state.health.isChanging, inService: nil, checks: member.units.map(status(unit:)))
    }

    private func status(unit index: Int) -> CheckStatus {
        let check = plan.units[index].check
        let unit = units[index]
        let verdict = unit.last?.verdict
        return CheckStatus(
            name: check.name, type: check.kind.name, port: check.port, state: unit.state.state,
            outcome: verdict?.outcome.name, layer: verdict?.outcome.layer, error: verdict?.outcome.text,
            latencyMilliseconds: verdict?.latency.roundedMilliseconds,
            layers: (verdict?.layers ?? []).map {
                LayerStatus(layer: $0.layer, milliseconds: $0.duration.roundedMilliseconds, detail: $0.detail)
            },
            time: unit.last?.time.iso8601, consecutivePasses: unit.state.consecutivePasses,
            consecutiveFailures: unit.state.consecutiveFailures)
    }
}

extension TargetDefinition {
    fileprivate var hostName: String? {
        if case .host(let name) = endpoint { name.hostText } else { nil }
    }

    fileprivate var poolName: String? {
        if case .pool(let nested) = endpoint { nested.name } else { nil }
    }
}

extension Duration {
    /// Milliseconds to the microsecond.
    fileprivate var roundedMilliseconds: Double { (milliseconds * 1000).rounded() / 1000 }
}

extension Date {
    /// `2026-01-02T03:04:05.678Z`.
    fileprivate var iso8601: String {
        formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
