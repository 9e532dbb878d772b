// The zones of a running server, and their records.

import Admin
import ArgumentParser
import DNSCore
import Terminal

struct ZonesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zones", abstract: "List the zones of a running server: serials, records, what is wrong.",
        discussion: """
            SERVED is no for a zone that has never been loaded: it is answered with SERVFAIL. With errors, what is served is \
            what was loaded before. \(ExitMeaning.list((.done, "done"), (.failed, "there is no such zone"), (.unreachable, "the server cannot be reached")))
            """)

    @Argument(help: "This zone alone.", completion: Completion.zones)
    var zone: String?

    @OptionGroup var options: ReportOptions

    func run() async throws {
        if let zone {
            try await options.show("/v1/zones/\(ServerConnection.escaped(zone))") { (report: ZoneReport, palette) in
                Self.text([report]).text(palette)
            }
        } else {
            try await options.show("/v1/zones") { (report: ZonesReport, palette) in
                Self.text(report.zones).text(palette)
            }
        }
    }

    static func text(_ zones: [ZoneReport]) -> [Line] {
        var table = Table("ZONE", "SERVED", "SERIAL", "RECORDS", "LOADED", "ERRORS", "WARNINGS", "FILE")
        for zone in zones {
            table.add([
                Piece(zone.name), zone.isServed ? "yes" : Piece("no", .bad), Piece(zone.serial.map { "\($0)" } ?? "-"),
                Piece("\(zone.records)"), Piece(zone.loadedAt ?? "-"),
                Piece("\(zone.errors.count)", zone.hasErrors ? .bad : .plain),
                Piece("\(zone.warnings.count)", zone.warnings.isEmpty ? .plain : .warning), Piece(zone.file),
            ])
        }
        let findings = zones.flatMap { $0.errors + $0.warnings }.map(\.shown)
        return table.lines + (findings.isEmpty ? [] : [Line()] + findings)
    }
}
