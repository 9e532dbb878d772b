// What the server was told, as the admin endpoint shows it.

import Admin
import Checks
import DNSCore
import ServerConfiguration

extension AdminView {
    /// `file`, `lines` by path, `findings`, and `configuration`.
    func configuration() -> ShownValue {
        let current = current
        var configuration = current.project.configuration
        // What the command line says wins, and what needs a start is what the server was started with.
        configuration.server = current.settings.inForce(since: reloader.started)
        let file = current.project.configurationFile
        let findings =
            current.project.findings.filter { $0.file == file }
            + reloader.restartWarnings(current.project, current.settings)
        return ShownValue([
            "file": .text(file),
            "findings": .list(findings.map { ShownValue(Finding($0)) }),
            "lines": .mapping(configuration.lines.map { .init($0.path, .number($0.line)) }),
            "configuration": configuration.shown,
        ])
    }

    func checks() -> [CheckReport] {
        var order: [CheckDefinition] = []
        var uses: [CheckDefinition: [CheckReport.Use]] = [:]
        for pool in current.project.configuration.pools {
            var targets: [CheckDefinition: [String]] = [:]
            for target in pool.definition.targets {
                if case .pool = target.endpoint { continue }
                for check in pool.targetProbing[target.name]?.checks ?? pool.checks {
                    if uses[check] == nil {
                        uses[check] = []
                        order.append(check)
                    }
                    targets[check, default: []].append(target.name)
                }
            }
            for (check, names) in targets {
                uses[check]?.append(CheckReport.Use(pool: pool.definition.name, targets: names))
            }
        }
        return order.map { CheckReport($0, pools: uses[$0] ?? []) }
    }
}

extension ShownValue {
    init(_ finding: Finding) {
        self.init([
            "severity": .text(finding.severity), "file": .text(finding.file), "line": .number(finding.line),
            "message": .text(finding.message),
        ])
    }
}
