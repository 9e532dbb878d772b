import ArgumentParser
import ServerConfiguration

struct ConfigReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config-reference", abstract: "Print every key of triagedns.yaml, in Markdown.",
        discussion: "This is docs/configuration.md, and with --schema docs/triagedns.schema.json, for editors.")

    @Flag(help: "Print a JSON Schema instead.")
    var schema = false

    func run() {
        print(schema ? configurationSchema() : configurationReference(), terminator: "")
    }
}
