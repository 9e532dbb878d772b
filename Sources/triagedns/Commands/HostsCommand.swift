// Each host once, with what every check saw of it, and what the pools make of that.

import Admin
import ArgumentParser
import Checks
import DNSCore
import HealthChecks
import Terminal

struct HostsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts", abstract: "Show each host once, with all of its checks, over all pools.",
        discussion: ExitMeaning.list((.done, "done"), (.unreachable, "the server cannot be reached")))

    @OptionGroup var options: ReportOptions

    func run() async throws {
        try await options.show("/v1/hosts") { (report: HostsReport, palette) in Self.table(report).text(palette) }
    }

    /// One line for each check of each host; a host without checks has one, too.
    static func table(_ report: HostsReport) -> Table {
        var table = Table("HOST", "CHECK", "VERDICT", "POOLS")
        for host in report.hosts {
            let states = Dictionary(
                host.pools.map { ($0.pool, $0.state.rawValue) }, uniquingKeysWith: { first, _ in first })
            let pools = { (names: [String]) in
                Piece(names.map { "\($0) (\(states[$0] ?? "?"))" }.joined(separator: ", "))
            }
            if host.checks.isEmpty {
                table.add([Piece(host.address), "-", "not probed", pools(host.pools.map(\.pool))])
            }
            for check in host.checks {
                table.add([Piece(host.address), Piece(check.check.label), check.check.piece, pools(check.pools)])
            }
        }
        return table
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
        let latency = latencyMilliseconds.map { " in \(spoken($0)) ms" } ?? ""
        guard let layer, let error else { return outcome + latency }
        return "\(outcome) at \(layer.rawValue): \(error)"
    }

    var piece: Piece {
        switch outcome {
        case "failed": Piece(verdict, role == CheckDefinition.Role.advisory.rawValue ? .warning : .bad)
        case "degraded": Piece(verdict, .warning)
        default: Piece(verdict)
        }
    }
}

/// With one digit after the point.
func spoken(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}
