import Admin
import ArgumentParser
import Foundation
import HealthChecks

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what a running server answers to a question, or did, and why.",
        discussion: """
            The answer is made by the server as it would make it for a client, but nobody's turn is taken. Of the past: \
            zone data as of now, health as of then. Exit code 1: there is no such question, nothing is kept of that \
            time, or the server cannot be reached.
            """)

    @Argument(help: "The name that is asked for.")
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

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    @Flag(help: "Print what the API says.")
    var json = false

    func run() async throws {
        let server = try HTTPClient(url: admin)
        let path = try path()
        let status: Int
        let body: String
        do {
            (status, body) = try await server.get(path)
        } catch {
            complain(
                "error: no answer from \(admin): \(server.text(of: error)); is the server running, and is --admin right?"
            )
            throw ExitCode.failure
        }
        guard status == 200 else {
            complain("error: \(body.trimmingCharacters(in: .whitespacesAndNewlines))")
            throw ExitCode.failure
        }
        guard !json else { return print(body, terminator: "") }
        let report = try JSONDecoder().decode(ExplainReport.self, from: Data(body.utf8))
        print(ExplainText(report).text)
    }

    /// Times are read here: `03:12` is meant in the time zone of who writes it.
    private func path() throws -> String {
        var fields = [("name", name), ("type", type), ("client", client)]
        if let at {
            guard let time = PastTime.read(at, now: .now) else {
                throw ValidationError("--at \(at) is no time of the past; write \(PastTime.examples)")
            }
            fields.append(("at", "\(time)"))
        }
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let query = fields.map { key, value in
            "\(key)=\(value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? value)"
        }
        return "/v1/explain?" + query.joined(separator: "&")
    }
}
