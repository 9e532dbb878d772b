// What operators have ordered, for all targets.

import Admin
import ArgumentParser
import DNSCore
import HealthChecks
import Terminal

struct OverridesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overrides", abstract: "List the orders of operators that are in force, or will be.",
        discussion: """
            Drains, forced states, weights and maintenance, with who ordered them, when and why; `clear` takes them back. \
            \(ExitMeaning.list((.done, "done"), (.unreachable, "the server cannot be reached")))
            """)

    @OptionGroup var options: ReportOptions

    func run() async throws {
        try await options.show("/v1/overrides") { (report: OverridesReport, palette) in
            report.overrides.isEmpty ? "nothing is ordered" : Self.table(report).text(palette)
        }
    }

    static func table(_ report: OverridesReport) -> Table {
        var table = Table("POOL", "TARGET", "IN SERVICE", "ORDER")
        for entry in report.overrides {
            let service =
                entry.isThere ? Piece(entry.inService == true ? "yes" : "no") : Piece("no such target", .warning)
            for sentence in entry.orders.sentences {
                table.add([Piece(entry.orders.pool), Piece(entry.orders.target), service, Piece(sentence)])
            }
        }
        return table
    }
}
