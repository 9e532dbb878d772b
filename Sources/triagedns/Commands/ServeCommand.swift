import Admin
public import ArgumentParser
import DNSCore
import Listeners
public import ServerConfiguration

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer for the zones in a directory, and probe its pools.")

    @Argument(help: "Directory with *.zone files and, if there are pools, triagedns.yaml.")
    var directory: String

    @Option(help: ArgumentHelp("Listen here over UDP and TCP; may be repeated.", valueName: "address:port"))
    var listen: [SocketEndpoint] = []

    @Option(help: ArgumentHelp("Where the HTTP endpoint listens, or off.", valueName: "address:port"))
    var admin: AdminPlace?

    @Option(help: "UDP workers for each listening address (default: one for each core).")
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "Take UDP queries off this network interface with AF_XDP where it can be had, or off.",
            valueName: "interface"))
    var xdp: String?

    func validate() throws {
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers must be 1 to 256") }
    }

    func run() async throws {
        let project: Project
        do throws(ProjectError) { project = try Project.read(directory) } catch { throw error.report() }
        for warning in project.warnings { complain(warning.description) }
        var settings = project.configuration.server
        if !listen.isEmpty { settings.listen = listen }
        if let admin { settings.admin = admin.endpoint }
        if let workers { settings.workers = workers }
        if let xdp { settings.xdpInterface = xdp == "off" ? nil : xdp }
        do {
            try await Server(project, settings: settings, logger: makeLogger()).run()
        } catch  where error is SocketError || error is XDPError || error is AdminError {
            complain("error: \(error)")
            throw ExitCode.failure
        }
    }
}

/// `ADDRESS:PORT` or `off`.
struct AdminPlace: ExpressibleByArgument {
    /// Nil for off.
    var endpoint: SocketEndpoint?

    init?(argument: String) {
        if argument == "off" { return }
        guard let endpoint = SocketEndpoint(argument) else { return nil }
        self.endpoint = endpoint
    }
}

extension SocketEndpoint: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
