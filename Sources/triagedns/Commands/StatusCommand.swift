import Admin
import ArgumentParser
import HealthChecks
import Terminal

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the pools of a running server: who is in service, and why not.",
        discussion: ExitMeaning.list(
            (.done, "the server is ready"), (.failed, "it is not yet, as the first round of probes is not over"),
            (.unreachable, "it cannot be reached")))

    @OptionGroup var options: ReportOptions

    func run() async throws {
        try await options.show("/v1/pools") { (report: PoolsReport, palette) in
            StatusText(report, at: .now).text(palette)
        }
        _ = try await options.server.connect().get("/readyz")
    }
}
