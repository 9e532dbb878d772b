import ArgumentParser
import Foundation
import HealthChecks
import Terminal

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what has happened to the pools of a running server, and why.",
        discussion: """
            With a state directory events are kept for 30 days (or state_keep), over restarts; without one the last \
            \(EventJournal.capacity), until the server ends. \
            \(ExitMeaning.list(
                (.done, "done"), (.failed, "with --follow: the server has ended"),
                (.unreachable, "the server cannot be reached")))
            """)

    @OptionGroup var server: ServerOptions

    @Flag(help: "Go on, and show each event as it happens.")
    var follow = false

    @Flag(help: "Print each event as the API says it, one a line.")
    var json = false

    @Option(help: "Leave out the events up to this number.")
    var after: UInt64 = 0

    func run() async throws {
        let server = try server.connect()
        if follow { try await stream(server) } else { try await list(server) }
    }

    /// Page after page, as far as there are events now.
    private func list(_ server: ServerConnection) async throws {
        var next = after
        while true {
            let page: EventPage = try server.decode(try await server.get("/v1/events?after=\(next)&limit=1000"))
            for event in page.events { try show(event) }
            guard page.next > next, page.next < page.newest else { return }
            next = page.next
        }
    }

    private func stream(_ server: ServerConnection) async throws {
        do {
            let lines = try await server.client.lines(
                "/v1/events?after=\(after)", accept: "text/event-stream"
            ) { status, body in
                try server.require(status, body)
            }
            var kind = ""
            for try await line in lines {
                if line.hasPrefix("event: ") { kind = String(line.dropFirst(7)) }
                guard line.hasPrefix("data: ") else { continue }
                let data = String(line.dropFirst(6))
                if kind == "missed" {
                    complain("some events are gone: \(data)".printable)
                } else {
                    try show(try server.decode(data))
                }
            }
        } catch let error where !(error is CommandFailure) {
            throw server.noAnswer(error)
        }
        throw CommandFailure("the server has ended the stream")
    }

    private func show(_ event: HealthEvent) throws {
        var text = line(event).text(server.output.palette) + "\n"
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            text = String(decoding: try encoder.encode(event), as: UTF8.self) + "\n"
        }
        // Whoever follows reads each event when it happens, through a pipe too.
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private func line(_ event: HealthEvent) -> Line {
        Line(Piece("\(event.time) #\(event.sequence) ", .faint), Piece(event.text, event.tone))
    }
}
