// What the commands have in common that ask a running server.

public import ArgumentParser
import Foundation
import Glibc
public import Terminal

/// Which server, and how its answer looks.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server's HTTP endpoint (default: $TRIAGEDNS_ADMIN, or \(Self.defaultURL)).", valueName: "url"))
    var admin: String?

    @OptionGroup var output: OutputOptions

    static let defaultURL = "http://127.0.0.1:8053"

    var url: String { admin ?? Environment.admin.value ?? Self.defaultURL }

    func connect() throws -> ServerConnection { try ServerConnection(url: url) }
}

/// The same for commands that show a report.
struct ReportOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Flag(help: "Print what the API says: JSON, unchanged.")
    var json = false

    /// Asks for `path`, and prints the answer: as it is, or what `text` makes of it.
    func show<Report: Decodable>(
        _ path: String, as type: Report.Type = Report.self, _ text: (Report, Palette) throws -> String
    ) async throws {
        let connection = try server.connect()
        let body = try await connection.get(path)
        let report: Report = try connection.decode(body)
        guard !json else { return print(body, terminator: "") }
        print(try text(report, server.output.palette))
    }
}

struct OutputOptions: ParsableArguments {
    @Option(help: "When there are colours; auto: on a terminal, unless NO_COLOR is set or TERM is dumb.")
    var color = ColorChoice.auto

    /// Of what goes to standard output.
    var palette: Palette { Palette(color, of: STDOUT_FILENO) }

    /// Of what goes to standard error.
    var errorPalette: Palette { Palette(color, of: STDERR_FILENO) }
}

extension Palette {
    init(_ choice: ColorChoice = .auto, of descriptor: Int32) {
        self.init(
            choice, isTerminal: isatty(descriptor) == 1, environment: ProcessInfo.processInfo.environment)
    }
}

extension ColorChoice: ExpressibleByArgument {}
