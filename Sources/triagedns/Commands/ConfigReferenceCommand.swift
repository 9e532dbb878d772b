import ArgumentParser
import ServerConfiguration

struct ConfigReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config-reference", abstract: "Print every key of triagedns.yaml, in Markdown.",
        discussion: """
            This is docs/configuration.md. With --schema it is docs/triagedns.schema.json, a JSON Schema for editors.

            Exit code 0: printed. 64: the command line is wrong.
            """)

    @Flag(help: "Print a JSON Schema instead.")
    var schema = false

    func run() {
        print(schema ? configurationSchema() : configurationReference(), terminator: "")
    }
}
