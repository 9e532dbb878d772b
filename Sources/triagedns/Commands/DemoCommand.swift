import ArgumentParser
import DNSCore
import Foundation
import HealthChecks
import ServerConfiguration
import Logging
import ServiceLifecycle

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Start two stand-ins for Orthanc and serve a directory over them.",
        discussion: "Prints what to type next. Ctrl-C ends all of it.")

    @Argument(help: "Directory with *.zone files and triagedns.yaml.", completion: .directory)
    var directory = "zones"

    @Option(help: "Seconds after which a stand-in that was killed starts again.")
    var revive = 20

    func run() async throws {
        ReloadSignal.ignore()
        let project = try Project.load(directory)
        TriageDNS.report(project.findings)
        let logger = makeLogger()
        let standIns = [("orthanc-a", 11), ("orthanc-b", 12)].map { name, number in
            StandInProcess(
                name: name, address: .v4(0x7f00_0000 + number), revive: .seconds(revive), logger: logger)
        }
        do {
            for standIn in standIns { try await standIn.checkPorts() }
            for standIn in standIns { try standIn.start() }
            for standIn in standIns { try await standIn.waitUntilListening() }
            let server = Server(project, logger: logger)
            let text = guide(project, standIns)
            let guide = Task {
                try await Task.sleep(for: .seconds(2))
                FileHandle.standardOutput.write(Data(text.utf8))
            }
            defer { guide.cancel() }
            try await server.run(beside: standIns)
        } catch {
            for standIn in standIns { standIn.stop() }
            throw CommandFailure("\(error)")
        }
    }

    private func guide(_ project: Project, _ standIns: [StandInProcess]) -> String {
        let settings = project.configuration.server
        let place = (settings.listen ?? SocketEndpoint.defaultListen)[0].reachable
        let dig = "dig @\(place.address) -p \(place.port) +short \(name(in: project))"
        let processes = standIns.map { "  \($0.name)  \($0.address)  process \($0.processIdentifier)" }
        let status = settings.admin.map { admin in
            let url = "http://\(admin.reachable)"
            let option = admin == .defaultAdmin ? "" : " --admin \(url)"
            let command = CommandLine.arguments[0]
            return """
                  \(command) status\(option)    (or: curl -s \(url)/v1/pools)
                  \(command) login\(option)     (a link to the status page, with its buttons; \(url)/ is for reading)
                """
        }
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

    /// The first name that a pool of addresses answers for; the first zone if there is none.
    private func name(in project: Project) -> String {
        let pools = project.pools.definitions
        let record = project.servedZones.flatMap(\.poolOwners).first {
            $0.serviceType == nil && !pools[$0.pool].hasHosts && !$0.name.isWildcard
        }
        return (record?.name ?? project.servedZones[0].apex).hostText
    }
}

extension SocketEndpoint {
    /// What a client on this machine asks: loopback, if it is all addresses.
    fileprivate var reachable: SocketEndpoint {
        switch address {
        case .v4(0): SocketEndpoint(address: .v4(0x7f00_0001), port: port)
        case .v6(0, 0): SocketEndpoint(address: .v6(0, 1), port: port)
        default: self
        }
    }
}
