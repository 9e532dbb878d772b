// What `check` says of recovery targets that cannot be met.

import DNSCore
import HealthChecks
import ServerConfiguration

extension Project {
    /// Warns of each pool whose `recovery_target` is shorter than the worst case of losing one of its targets.
    func withRecoveryFindings() -> Project {
        // A zone with errors may name any pool.
        guard configuration.pools.contains(where: { $0.recoveryTarget != nil }), !zones.contains(where: \.hasErrors)
        else {
            return self
        }
        var project = self
        let check = RecoveryCheck(monitored, names: poolNames)
        let severity = isStrict ? Diagnostic.Severity.error : .warning
        for (number, pool) in pools.slots.enumerated() {
            guard let pool, let target = pool.recoveryTarget,
                let shortfall = check.shortfall(pool: number, limit: target.duration)
            else { continue }
            project.findings.append(
                Diagnostic(
                    severity, file: configurationFile, line: target.line,
                    "the pool \(pool.definition.name) cannot meet recovery_target \(target.duration.brief): "
                        + shortfall.text))
        }
        return project
    }

    var configurationFile: String { configurationSource.path }
}

extension RecoveryShortfall {
    fileprivate var text: String {
        let fails = manner == .hung ? "hangs" : "falls silent"
        let lead = "if \(target) \(fails), \(name.name.hostText)"
        switch recovery {
        case .bound(let bound): return "\(lead) may lead to it for \(bound.text); \(advice(bound))"
        case .notSeen:
            return "\(lead) leads to it for ever, as it has no required check; write checks:, or profile: orthanc"
        case .staysInAnswers:
            return "\(lead) leads to it for ever, as too few others are in service; add a target, or lower min_healthy"
        case .held(let reason): return reason
        }
    }

    private func advice(_ bound: RecoveryBound) -> String {
        let shorter = timeToLive.map { "a TTL of \($0) for \(name.name.hostText)" }
        let faster = interval.map { "interval: \(Int($0 / .seconds(1)))s for \(bound.check)" }
        let ways = [shorter, faster].compactMap { $0 }
        return ways.isEmpty
            ? "lower the interval, timeout and fall of \(bound.check), and the TTL"
            : "write \(ways.joined(separator: ", or "))"
    }
}
