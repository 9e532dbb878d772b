import ArgumentParser
import DNSCore
import Foundation
import Listeners
import ServerConfiguration
import Logging
import ServiceLifecycle

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Start two stand-ins for Orthanc and serve a directory over them.",
        discussion: "Prints what to type next. Ctrl-C ends all of it.")

    @Argument(help: "Directory with *.zone files and triagedns.yaml.")
    var directory = "zones"

    @Option(help: "Seconds after which a stand-in that was killed starts again.")
    var revive = 20

    func run() async throws {
        let project: Project
        do throws(ProjectError) { project = try Project.read(directory) } catch { throw error.report() }
        let logger = makeLogger()
        let standIns = [("orthanc-a", "127.0.0.11"), ("orthanc-b", "127.0.0.12")].map { name, address in
            StandInProcess(name: name, address: address, revive: .seconds(revive), logger: logger)
        }
        do {
            for standIn in standIns { try standIn.start() }
            for standIn in standIns { await standIn.waitUntilListening() }
            let server = Server(project, settings: project.configuration.server, logger: logger)
            let guide = Task {
                try await Task.sleep(for: .seconds(2))
                FileHandle.standardOutput.write(Data(Self.guide(project, standIns).utf8))
            }
            defer { guide.cancel() }
            try await server.run(beside: standIns)
        } catch let error as SocketError {
            complain("error: \(error)")
            for standIn in standIns { standIn.stop() }
            throw ExitCode.failure
        }
    }

    private static func guide(_ project: Project, _ standIns: [StandInProcess]) -> String {
        let settings = project.configuration.server
        let place = settings.listen[0]
        let dig = "dig @\(place.address) -p \(place.port) +short pacs.example.org"
        let processes = standIns.map { "  \($0.name)  \($0.address)  process \($0.processIdentifier)" }
        let status = settings.admin.map { "  triagedns status              (or: curl -s http://\($0)/v1/pools)" }
        return """

            Two stand-ins for Orthanc are running:
            \(processes.joined(separator: "\n"))

            Now, in another terminal:
              \(dig)
              (again: the two addresses take turns)

              kill \(standIns[0].processIdentifier)
              \(dig)
              (a few seconds later \(standIns[0].address) is gone; it starts again by itself, and is back)

            \(status ?? "")

            Ctrl-C ends everything.

            """
    }
}
