import Admin
import ArgumentParser
import Checks
import Terminal

struct ChecksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks", abstract: "Show what is checked, how, for whom, and with what result.",
        discussion: "How many addresses are in which state by each check alone, and which layers fail. "
            + ExitMeaning.list((.done, "done"), (.unreachable, "the server cannot be reached")))

    @OptionGroup var options: ReportOptions

    func run() async throws {
        try await options.show("/v1/checks") { (report: ChecksReport, palette) in Self.table(report).text(palette) }
    }

    static func table(_ report: ChecksReport) -> Table {
        var table = Table("CHECK", "TYPE", "PORT", "EVERY", "STATES", "TROUBLES", "POOLS")
        for check in report.checks {
            let isFailing = check.states["down"] ?? 0 > 0
            let troubles = check.troubles.sorted { $0.key < $1.key }.map { "\($0.value) at \($0.key)" }
            let states = check.states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let pools = check.pools.map { "\($0.pool) (\($0.targets.joined(separator: ", ")))" }
            table.add(
                [Piece(check.name)] + ["type", "port", "interval"].map { Piece(check.definition[$0]?.word ?? "-") } + [
                    Piece(states.joined(separator: ", "), isFailing ? .bad : .plain),
                    troubles.isEmpty ? "-" : Piece(troubles.joined(separator: ", "), .warning),
                    Piece(pools.joined(separator: "; ")),
                ])
        }
        return table
    }
}

extension ShownValue {
    fileprivate var word: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(Int(number))"
        case .boolean(let value): "\(value)"
        case .list, .mapping: "..."
        }
    }
}
