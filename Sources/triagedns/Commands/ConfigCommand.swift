// What a running server was told, with all defaults.

import ArgumentParser
import Foundation
import Terminal
import Yams

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show the configuration that is in force, with all defaults.",
        discussion: """
            In the form of triagedns.yaml; secrets are ***, and what the command line of serve says has won. \
            \(ExitMeaning.list((.done, "done"), (.unreachable, "the server cannot be reached")))
            """)

    @OptionGroup var options: ReportOptions

    func run() async throws {
        let server = try options.server.connect()
        let body = try await server.get("/v1/config")
        // JSON is YAML, and this reader keeps the order of its keys.
        guard let root = try? Yams.compose(yaml: body), let configuration = root["configuration"],
            let text = try? Yams.serialize(node: configuration.plain, allowUnicode: true)
        else { throw server.foreign }
        guard !options.json else { return print(body, terminator: "") }
        if let file = root["file"]?.string {
            print(Line(Piece("# \(file)", .faint)).text(options.server.output.palette))
        }
        print(text, terminator: "")
    }
}

extension Node {
    /// Without the quotes and braces of JSON where YAML needs none.
    fileprivate var plain: Node {
        switch self {
        case .mapping(let mapping):
            .mapping(Mapping(mapping.map { ($0.key.plain, $0.value.plain) }, mapping.tag, .block))
        case .sequence(let sequence): .sequence(Sequence(sequence.map(\.plain), sequence.tag, .flow))
        case .scalar(let scalar):
            // What another reader could take for a number or a truth keeps its quotes.
            scalar.string.wholeMatch(of: /[A-Za-z\/][A-Za-z0-9_.\/-]*|[0-9]+(ms|s|min|h|d|%)|[0-9]+(\.[0-9]+){3}/)
                == nil
                || ["yes", "no", "on", "off", "true", "false", "null", "y", "n"].contains(scalar.string.lowercased())
                ? self : .scalar(Scalar(scalar.string, scalar.tag, .plain))
        case .alias: self
        }
    }
}
