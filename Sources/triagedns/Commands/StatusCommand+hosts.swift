// `status --hosts`: each host once, with what every check saw of it, and what the pools make of that.

import Admin
import Checks
import DNSCore
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
                rows.append([host.address, label(check.check), verdict(check.check), pools(check.pools)])
            }
        }
        return aligned(rows)
    }
}
