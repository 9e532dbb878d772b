import ArgumentParser
import Foundation
import HealthChecks

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what has happened to the pools of a running server, and why.",
        discussion: """
            With a state directory events are kept for 30 days (or state_keep), over restarts; without one the last \
            \(EventJournal.capacity), until the server ends. Exit code 1: the server cannot be reached, or has ended.
            """)

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    @Flag(help: "Go on, and show each event as it happens.")
    var follow = false

    @Flag(help: "Print each event as the API says it, one a line.")
    var json = false

    @Option(help: "Leave out the events up to this number.")
    var after: UInt64 = 0

    func run() async throws {
        let server = try HTTPClient(url: admin)
        do {
            if follow { try await stream(server) } else { try await list(server) }
        } catch let error where !(error is ExitCode) {
            complain(
                "error: no answer from \(admin): \(server.text(of: error)); is the server running, and is --admin right?"
            )
            throw ExitCode.failure
        }
    }

    /// Page after page, as far as there are events now.
    private func list(_ server: HTTPClient) async throws {
        var next = after
        while true {
            let (status, body) = try await server.get("/v1/events?after=\(next)&limit=1000")
            try require(status, body)
            let page = try JSONDecoder().decode(EventPage.self, from: Data(body.utf8))
            for event in page.events { try show(event) }
            guard page.next > next, page.next < page.newest else { return }
            next = page.next
        }
    }

    private func stream(_ server: HTTPClient) async throws {
        let lines = try await server.lines("/v1/events?after=\(after)", accept: "text/event-stream") { status, body in
            try require(status, body)
        }
        var kind = ""
        for try await line in lines {
            if line.hasPrefix("event: ") { kind = String(line.dropFirst(7)) }
            guard line.hasPrefix("data: ") else { continue }
            let data = Data(line.dropFirst(6).utf8)
            if kind == "missed" {
                complain("some events are gone: \(line.dropFirst(6))")
            } else {
                try show(try JSONDecoder().decode(HealthEvent.self, from: data))
            }
        }
        complain("error: the server has ended the stream")
        throw ExitCode.failure
    }

    private func require(_ status: Int, _ body: String) throws {
        guard status == 200 else {
            complain("error: \(admin): HTTP status \(status): \(body)")
            throw ExitCode.failure
        }
    }

    private func show(_ event: HealthEvent) throws {
        var line = "\(event.time) #\(event.sequence) \(event.text)\n"
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            line = String(decoding: try encoder.encode(event), as: UTF8.self) + "\n"
        }
        // Whoever follows reads each event when it happens, through a pipe too.
        FileHandle.standardOutput.write(Data(line.utf8))
    }
}
