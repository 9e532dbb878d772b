// The command line: one file for each command.

import ArgumentParser

@main
struct TriageDNS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triagedns",
        abstract: "An authoritative DNS server whose answers follow the health of what they point at.",
        discussion: """
            A directory is the configuration: every *.zone file in it is a zone, and triagedns.yaml beside them has the \
            pools and checks. A name becomes health-aware by one line in its zone: `pacs 30 IN POOL orthanc`.

            To see it work: `triagedns demo zones`, then `dig @127.0.0.1 -p 5300 pacs.example.org`.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, CheckCommand.self, ReloadCommand.self, StatusCommand.self, EventsCommand.self,
            ExplainCommand.self, LoginCommand.self,
            DrainCommand.self, UndrainCommand.self, ForceCommand.self, WeightCommand.self, MaintenanceCommand.self,
            ClearCommand.self, RestoreCommand.self,
            ProbeCommand.self, NotifyCommand.self, SimulateCommand.self, ConfigReferenceCommand.self,
            StandInCommand.self,
            DemoCommand.self,
        ])

    static let version = "0.1.0"
}
