// `status --hosts`: each host once, with what every check saw of it, and what the pools make of that.

import Admin
import Checks
import DNSCore
import Foundation
import HealthChecks

extension StatusCommand {
    /// One line for each check of each host; a host without checks has one, too.
    static func table(_ report: HostsReport) -> String {
        var rows = [["HOST", "CHECK", "VERDICT", "POOLS"]]
        for host in report.hosts {
            let states = Dictionary(
                host.pools.map { ($0.pool, $0.state.rawValue) }, uniquingKeysWith: { first, _ in first })
            let pools = { (names: [String]) in
                names.map { "\($0) (\(states[$0] ?? "?"))" }.joined(separator: ", ")
            }
            if host.checks.isEmpty { rows.append([host.address, "-", "not probed", pools(host.pools.map(\.pool))]) }
            for check in host.checks {
                rows.append([host.address, check.check.label, check.check.verdict, pools(check.pools)])
            }
        }
        return aligned(rows)
    }
}

extension CheckStatus {
    /// `web 443`; what only advises in parentheses.
    var label: String {
        let text = name + (port.map { " \($0)" } ?? "")
        return role == CheckDefinition.Role.advisory.rawValue ? "(\(text))" : text
    }

    var verdict: String {
        guard let outcome else { return "no verdict yet" }
        let latency = latencyMilliseconds.map { " in \(String(format: "%.1f", $0)) ms" } ?? ""
        guard let layer, let error else { return outcome + latency }
        return "\(outcome) at \(layer.rawValue): \(error)"
    }
}
