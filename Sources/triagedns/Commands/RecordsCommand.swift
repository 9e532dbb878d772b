import Admin
import ArgumentParser
import Foundation
import Terminal

struct RecordsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records", abstract: "List the records of a zone, as a running server has them.",
        discussion: """
            In canonical order, as a zone file has them: a POOL is a POOL, not what it is answered with. With --json each page \
            of the API is one line.

            \(ExitMeaning.list(
                (.done, "done"), (.failed, "there is no such zone, or it was loaded anew while it was read"),
                (.unreachable, "the server cannot be reached")))
            """)

    @Argument(help: "The zone.", completion: Completion.zones)
    var zone: String

    @Option(help: "Records of this name alone; it is completed with the zone's.")
    var name: String?

    @Option(help: "Records of this type alone, such as A or POOL.")
    var type: String?

    @Option(help: ArgumentHelp("How many records at most (default: all of them).", valueName: "number"))
    var limit: Int?

    @OptionGroup var options: ReportOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        let server = try options.server.connect()
        var left = limit ?? .max
        var next: String?
        var serial: UInt32?
        repeat {
            let path = ServerConnection.path(
                "/v1/zones/\(ServerConnection.escaped(zone))/records",
                [
                    ("name", name), ("type", type), ("after", next),
                    ("limit", "\(min(left, RecordsRequest.maximumLimit))"),
                ])
            let body = try await server.get(path)
            let page: RecordsReport = try server.decode(body)
            guard serial ?? page.serial == page.serial else {
                throw CommandFailure("\(zone) was loaded anew while it was read: what is printed is of two versions")
            }
            serial = page.serial
            write(options.json ? body : Self.text(page, options.server.output.palette))
            left -= page.records.count
            next = page.next
        } while next != nil && left > 0
    }

    /// One line for each, as a zone file has it.
    static func text(_ page: RecordsReport, _ palette: Palette) -> String {
        page.records.map { record in
            Line(
                Piece(record.name), Piece(" \(record.timeToLive) IN ", .faint),
                Piece("\(record.type)", record.pool == nil ? .plain : .good), Piece(" \(record.data)")
            ).text(palette) + "\n"
        }.joined()
    }

    /// Page by page, however many there are.
    private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
