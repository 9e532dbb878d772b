// The command line: one file for each command.

import ArgumentParser
import Foundation

@main
struct TriageDNS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triagedns",
        abstract: "An authoritative DNS server whose answers follow the health of what they point at.",
        discussion: """
            A directory is the configuration: every *.zone file in it is a zone, and triagedns.yaml beside them has the \
            pools and checks. A name becomes health-aware by one line in its zone: `pacs 30 IN POOL orthanc`.

            To see it work: `triagedns demo zones`, then `dig @127.0.0.1 -p 5300 pacs.example.org`.

            EXIT CODES:
            \(ExitMeaning.table)

            ENVIRONMENT:
            \(Environment.table)
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Server",
                subcommands: [
                    ServeCommand.self, CheckCommand.self, ReloadCommand.self, ConfigReferenceCommand.self,
                ]),
            CommandGroup(
                name: "Reading",
                subcommands: [
                    StatusCommand.self, TopCommand.self, HostsCommand.self, EventsCommand.self, ExplainCommand.self,
                    OverridesCommand.self, ChecksCommand.self, ZonesCommand.self, RecordsCommand.self,
                    ConfigCommand.self, RuntimeCommand.self,
                ]),
            CommandGroup(
                name: "Operating",
                subcommands: [
                    DrainCommand.self, UndrainCommand.self, MaintenanceCommand.self, WeightCommand.self,
                    ForceCommand.self, RestoreCommand.self, ClearCommand.self, LoginCommand.self,
                ]),
            CommandGroup(
                name: "Trying",
                subcommands: [
                    ProbeCommand.self, SimulateCommand.self, NotifyCommand.self, DemoCommand.self, StandInCommand.self,
                ]),
        ])

    static let version = "0.1.0"

    /// As the library's own, but that `CommandFailure` ends with the code that it says.
    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            complain(failure)
            Foundation.exit(failure.meaning.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
