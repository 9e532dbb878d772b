import Admin
import ArgumentParser
import HealthChecks

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what a running server answers to a question, or did, and why.",
        discussion: """
            The answer is made by the server as it would make it for a client, but nobody's turn is taken. Of the past: \
            zone data as of now, health as of then. \
            \(ExitMeaning.list(
                (.done, "done"), (.failed, "there is no such question, or nothing is kept of that time"),
                (.unreachable, "the server cannot be reached")))
            """)

    @Argument(help: "The name that is asked for.", completion: Completion.zones)
    var name: String

    @Argument(help: "The record type.")
    var type = "A"

    @Option(
        help: ArgumentHelp(
            "Who asks: an address, from which the query comes, or a network, which its Client Subnet option names.",
            valueName: "address|prefix"))
    var client = "127.0.0.1"

    // What comes next may begin with a dash.
    @Option(
        parsing: .unconditional, help: ArgumentHelp("When: \(PastTime.examples). Without it, now.", valueName: "time"))
    var at: String?

    @OptionGroup var options: ReportOptions

    func run() async throws {
        try await options.show(try path()) { (report: ExplainReport, _) in ExplainText(report).text }
    }

    /// Times are read here: `03:12` is meant in the time zone of who writes it.
    private func path() throws -> String {
        var time: Timestamp?
        if let at {
            time = PastTime.read(at, now: .now)
            guard time != nil else {
                throw ValidationError("--at \(at) is no time of the past; write \(PastTime.examples)")
            }
        }
        return ServerConnection.path(
            "/v1/explain", [("name", name), ("type", type), ("client", client), ("at", time.map { "\($0)" })])
    }
}
