// Wires the two flows: probes make health snapshots, listeners answer from the newest.

import Admin
import DNSCore
import Foundation
import HealthChecks
import Listeners
import Logging
import NIOCore
import NIOPosix
import ServerConfiguration
import ServiceLifecycle
import Synchronization

/// One running server.
struct Server {
    private let settings: ServerSettings
    private let summary: String
    private let state: Published<ServingState>
    private let monitor: HealthMonitor
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
        let image = ImageBox(ServingImage(project, settings))
        let state = Published(ServingState(image: image, health: HealthSnapshot(unprobed: pools)))
        self.state = state
        let publish: HealthMonitor.Publish = { pools in
            state.update { ServingState(image: $0.image, health: HealthSnapshot(pools)) }
        }
        let descriptors = DescriptorLimit.raise()
        let probes = HealthMonitor.maximumProbes(of: monitored, descriptorLimit: descriptors)
        mostConnections = DescriptorLimit.connections(of: descriptors, beside: probes)
        monitor = HealthMonitor(
            pools: monitored, prober: ProberRules(project.configuration.prober), group: group,
            logger: logger.of("health"),
            maximumProbes: probes, publish: publish)
        publish(monitor.served())
        reloader = Reloader(project, overrides, state, monitor, logger.of("reload"))
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
                monitor,
                DNSService(
                    listeners: listeners, monitor: monitor, openingAdmin: openingAdmin, ready: ready, logger: logger,
                    summary: "serving \(summary) on \(places)"),
                ReloadSignal(reloader: reloader), DirectoryWatcher(reloader: reloader),
            ]
        if let admin = settings.admin {
            services.append(
                AdminServer(
                    address: admin.address, port: admin.port, source: source(listeners, ready),
                    logger: logger.of("admin")
                ) {
                    opening.finish()
                })
        } else {
            opening.finish()
        }
        try await runUntilSignal(services)
    }

    /// What the admin endpoint shows.
    private func source(_ listeners: Listeners, _ ready: Readiness) -> AdminSource {
        let startTime = Date().timeIntervalSince1970
        return AdminSource(
            pools: { [monitor, reloader] in
                let order = reloader.current.withLock { $0.project.configuration.pools.map(\.definition.name) }
                return monitor.status()
                    .filter { !$0.served.definition.targets.isEmpty }
                    .map { PoolReport($0.status, $0.served) }
                    .inOrder(of: order, by: \.name)
            },
            prober: { [monitor] in monitor.proberStatus() },
            isReady: { ready.isReady },
            metrics: { [reloader] in listeners.metrics(reloader.current.withLock { $0 }, startTime: startTime) },
            reload: { [reloader] in await reloader.reload("HTTP") },
            restore: { [monitor] pool, target throws(OperatorError) in
                try monitor.restore(pool: pool, target: target)
            },
            events: monitor.events)
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

extension Array {
    /// The elements in the order in which `keys` has theirs; those that it has not at the end.
    fileprivate func inOrder(of keys: [String], by key: KeyPath<Element, String>) -> [Element] {
        let ranks = Dictionary(zip(keys, 0...), uniquingKeysWith: { first, _ in first })
        let rank = { (element: Element) in ranks[element[keyPath: key]] ?? keys.count }
        return enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }
}
