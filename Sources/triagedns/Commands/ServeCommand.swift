import Admin
public import ArgumentParser
import DNSCore
import Listeners
public import ServerConfiguration

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer for the zones in a directory, and probe its pools.",
        discussion: """
            Until SIGTERM or SIGINT; SIGHUP reads the directory again. \
            \(ExitMeaning.list(
                (.done, "ended by a signal"),
                (.failed, "the directory has errors with which nothing can be served, or an address cannot be had")))
            """)

    @Argument(help: "Directory with *.zone files and, if there are pools, triagedns.yaml.", completion: .directory)
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
    @Option(
        help: ArgumentHelp(
            "Keep events, states and orders over a restart in this directory, or off (default: $STATE_DIRECTORY).",
            valueName: "directory"))
    var state: String?
    @Flag(help: "Take warnings about zones and settings for errors, and refuse what has them.")
    var strict = false
    @Flag(help: "Read the directory again when its files change (see also: triagedns reload, SIGHUP).")
    var watch = false

    @Option(help: "How the log on standard error looks; auto is text on a terminal, json elsewhere.")
    var logFormat: LogSettings.Format?
    @Option(help: "What is less important is left out of the log.")
    var logLevel: LogSettings.Level?

    func validate() throws {
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers must be 1 to 256") }
    }

    func run() async throws {
        ReloadSignal.ignore()
        let server = try makeServer()
        do {
            try await server.run()
        } catch
            where error is SocketError || error is XDPError || error is AdminError || error is AdminCertificate.Failure
        {
            throw CommandFailure("\(error)")
        }
    }

    /// A function of its own, so that nothing here keeps the zones of the start in memory after a reload.
    private func makeServer() throws -> Server {
        let project = try Project.load(directory, isStrict: strict)
        let overrides = ServeOverrides(
            listen: listen, admin: admin, workers: workers, xdp: xdp, watch: watch,
            state: state.map { $0 == "off" ? .off : .directory($0) }, logFormat: logFormat, logLevel: logLevel)
        let logger = makeLogger(overrides.apply(to: project.configuration.server).log)
        for finding in project.findings { Finding(finding).log(to: logger.of("configuration")) }
        return Server(project, overrides: overrides, logger: logger)
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

extension LogSettings.Format: ExpressibleByArgument {}
extension LogSettings.Level: ExpressibleByArgument {}

extension SocketEndpoint: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
