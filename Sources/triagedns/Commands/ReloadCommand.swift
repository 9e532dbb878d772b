import Admin
import ArgumentParser
import NIOHTTP1

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Make a running server read its directory again, and say what has changed.",
        discussion: """
            A zone with errors stays as it was, the others are loaded; with an error in triagedns.yaml nothing changes. \
            \(ExitMeaning.list(
                (.done, "all is loaded"), (.failed, "something is not"), (.unreachable, "the server cannot be reached")))
            """)

    @OptionGroup var options: ReportOptions

    /// How long the server may take; zones can be large.
    private static let patience = Duration.seconds(600)

    func run() async throws {
        var connection = try options.server.connect()
        connection.client.timeout = Self.patience
        // 422 is a report, too: of what has errors.
        let body = try await connection.send(.POST, "/v1/reload", accepted: [422])
        let report: ReloadReport = try connection.decode(body)
        if options.json {
            print(body, terminator: "")
        } else {
            for finding in report.findings { complain(finding) }
            print(report.text(options.server.output.palette))
        }
        if report.result != .loaded { throw ExitMeaning.failed.code }
    }
}
