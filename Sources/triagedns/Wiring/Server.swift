// Wires the two flows: probes make health snapshots, listeners answer from the newest.

import Admin
import DNSCore
import Foundation
import HealthChecks
import Listeners
import Logging
import NIOCore
import NIOPosix
import Notifications
import ServerConfiguration
import ServiceLifecycle
import StateStore
import Synchronization

/// One running server.
struct Server {
    private let settings: ServerSettings
    private let summary: String
    private let state: Published<ServingState>
    private let monitor: HealthMonitor
    /// Nil: nothing survives a restart.
    private let store: StateStore?
    private let notifier: Notifier
    private let reloader: Reloader
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let mostConnections: Int

    init(_ project: Project, overrides: ServeOverrides = ServeOverrides(), logger: Logger) {
        settings = overrides.apply(to: project.configuration.server)
        summary = project.summary
        self.logger = logger
        group = MultiThreadedEventLoopGroup.singleton
        let monitored = project.monitored
        let pools = monitored.map(\.definition)
        var countedZones = CountedZones()
        countedZones.add(project.servedZones, unavailable: project.unavailable)
        let image = ImageBox(ServingImage(project, settings, countedZones))
        let state = Published(ServingState(image: image, health: HealthSnapshot(unprobed: pools)))
        self.state = state
        let descriptors = DescriptorLimit.raise()
        let probes = HealthMonitor.maximumProbes(of: monitored, descriptorLimit: descriptors)
        mostConnections = DescriptorLimit.connections(of: descriptors, beside: probes)
        store = settings.state.directory(ProcessInfo.processInfo.environment).map {
            StateStore(directory: $0, logger: logger.of("state"))
        }
        let restored = store?.restored
        monitor = HealthMonitor(
            pools: monitored, prober: ProberRules(project.configuration.prober), hosts: HostRules(settings, project),
            group: group, logger: logger.of("health"), maximumProbes: probes, saved: restored?.health,
            events: EventJournal(after: restored?.newestEvent ?? 0), orders: restored?.orders ?? [],
            saveOrders: { [store] orders in store?.take(orders) }, publish: { state.publish($0) })
        if let store { monitor.history.attach(store) }
        state.publish(monitor.served())
        notifier = Notifier(
            project.configuration.notify, node: settings.nodeName, journal: monitor.events,
            logger: logger.of("notify"))
        reloader = Reloader(project, overrides, countedZones, state, monitor, notifier, logger.of("reload"))
    }

    /// Serves until a signal ends it. The sockets for DNS are open before anything is probed.
    /// - Parameter companions: services that live as long.
    func run(beside companions: [any Service] = []) async throws {
        let queryLog = QueryLogService(settings, logger.of("query_log"))
        let listeners = try await Listeners(
            settings, mostConnections: mostConnections, state, group, queryLog, logger.of("listeners"))
        await reloader.setOnChange { for listener in listeners.tcp { listener.refresh() } }
        let (openingAdmin, opening) = AsyncStream.makeStream(of: Never.self)
        let ready = Readiness()
        let places = listeners.places.map(\.description).joined(separator: ", ")
        // What comes later ends sooner.
        var services = companions
        if let queryLog { services.append(queryLog) }
        services +=
            [
                monitor, notifier,
                DNSService(
                    listeners: listeners, monitor: monitor, state: state, openingAdmin: openingAdmin, ready: ready,
                    logger: logger, summary: "serving \(summary) on \(places)"),
                ReloadSignal(reloader: reloader), DirectoryWatcher(reloader: reloader),
            ]
        if let admin = settings.admin {
            let view = AdminView(
                listeners: listeners, monitor: monitor, reloader: reloader, notifier: notifier, store: store,
                readiness: ready, explainer: Explainer(state: state, monitor: monitor, reloader: reloader),
                browser: ZoneBrowser())
            services.append(try adminServer(at: admin, view) { opening.finish() })
        } else {
            opening.finish()
        }
        // Services end in the opposite order: what the others have to say at the end is saved, too.
        if let store { services.insert(StateKeeper(store, of: monitor, retention: settings.stateKeep), at: 0) }
        try await runUntilSignal(services)
    }

    private func adminServer(
        at place: SocketEndpoint, _ source: any AdminSource, onOpen: @escaping @Sendable () -> Void
    ) throws -> AdminServer {
        let logger = logger.of("admin")
        let access = settings.adminAccess
        let localToken = LocalToken.make(port: place.port)
        if localToken == nil, access.tokensFile == nil {
            logger.warning(
                "nothing can be changed over HTTP: no place for the token of this machine's commands; write `server: admin: tokens_file`"
            )
        }
        let certificate = try access.certificateFile.flatMap { chain in
            try access.keyFile.map { try AdminCertificate(chainPath: chain, keyPath: $0, logger: logger) }
        }
        return AdminServer(
            address: place.address, port: place.port, source: source,
            tokens: TokenStore([access.tokensFile, localToken].compactMap { $0 }, logger: logger), hosts: access.hosts,
            certificate: certificate, logger: logger, onOpen: onOpen)
    }
}

extension ProberRules {
    /// What triagedns.yaml says.
    init(_ settings: ProberSettings) {
        self.init(
            references: settings.references.map { Reference(address: $0.address, port: $0.port) },
            freeze: settings.freeze)
    }
}

extension ServerSettings {
    /// What messages call this server.
    var nodeName: String { identity ?? ProcessInfo.processInfo.hostName }
}
