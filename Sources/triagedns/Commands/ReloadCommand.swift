import Admin
import ArgumentParser
import Foundation
import NIOHTTP1

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Make a running server read its directory again, and say what has changed.",
        discussion: """
            A zone with errors stays as it was, the others are loaded; with an error in triagedns.yaml nothing changes. \
            Exit code 0: all is loaded. 1: something is not. 2: the server cannot be reached.
            """)

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    @Flag(help: "Print what the API says.")
    var json = false

    /// How long the server may take; zones can be large.
    private static let patience = Duration.seconds(600)

    func run() async throws {
        let body = try await ask()
        guard let report = try? JSONDecoder().decode(ReloadReport.self, from: Data(body.utf8)) else {
            complain("error: \(admin) does not answer as triagedns does: \(body)")
            throw ExitCode(2)
        }
        if json {
            print(body, terminator: "")
        } else {
            for finding in report.findings { complain(finding.text) }
            print(report.table)
        }
        if report.result != .loaded { throw ExitCode.failure }
    }

    private func ask() async throws -> String {
        var server = try HTTPClient(url: admin)
        server.timeout = Self.patience
        let answer: (status: Int, body: String)
        do {
            answer = try await server.send(.POST, "/v1/reload")
        } catch {
            complain(
                "error: no answer from \(admin): \(server.text(of: error)); is the server running, and is --admin right?"
            )
            throw ExitCode(2)
        }
        guard answer.status == 200 || answer.status == 422 else {
            complain("error: \(admin)/v1/reload: HTTP status \(answer.status): \(answer.body)")
            throw ExitCode(2)
        }
        return answer.body
    }
}
