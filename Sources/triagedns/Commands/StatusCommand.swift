import Admin
import ArgumentParser
import HealthChecks
import Terminal

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the pools of a running server: who is in service, and why not.",
        discussion: ExitMeaning.list(
            (.done, "the server is ready"),
            (.failed, "it is not yet, as the first round of probes is not over; or there is no such pool or target"),
            (.unreachable, "it cannot be reached")))

    @Argument(help: "This pool alone.", completion: Completion.pools)
    var pool: String?

    @Argument(help: "This target of it alone.", completion: Completion.targets)
    var target: String?

    @OptionGroup var options: ReportOptions

    func run() async throws {
        if let pool, let target {
            let path = "/v1/pools/\(ServerConnection.escaped(pool))/targets/\(ServerConnection.escaped(target))"
            try await options.show(path) { (report: TargetReport, palette) in
                StatusText([StatusText.Pool(report)], at: .now).text(palette)
            }
        } else if let pool {
            try await options.show("/v1/pools/\(ServerConnection.escaped(pool))") { (report: PoolReport, palette) in
                StatusText([StatusText.Pool(report)], at: .now).text(palette)
            }
        } else {
            try await options.show("/v1/pools") { (report: PoolsReport, palette) in
                StatusText(report, at: .now).text(palette)
            }
        }
        _ = try await options.server.connect().get("/readyz")
    }
}
