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

/// One running server.
struct Server {
    private let project: Project
    private let settings: ServerSettings
    private let state: Published<ServingState>
    private let monitor: HealthMonitor
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let mostConnections: Int

    init(_ project: Project, settings: ServerSettings, logger: Logger) {
        self.project = project
        self.settings = settings
        self.logger = logger
        group = MultiThreadedEventLoopGroup.singleton
        let pools = project.pools
        let image = ImageBox(
            ServingImage(
                zones: project.zones, poolCount: pools.count,
                settings: settings.answers(secret: .random(), version: "TriageDNS \(TriageDNS.version)")))
        let state = Published(ServingState(image: image, health: HealthSnapshot(unprobed: pools)))
        self.state = state
        let monitored = project.configuration.pools.map {
            MonitoredPool(definition: $0.definition, checks: $0.checks)
        }
        let descriptors = DescriptorLimit.raise()
        let probes = HealthMonitor.maximumProbes(of: monitored, descriptorLimit: descriptors)
        mostConnections = DescriptorLimit.connections(of: descriptors, beside: probes)
        monitor = HealthMonitor(pools: monitored, group: group, logger: logger, maximumProbes: probes) { conditions in
            state.update { ServingState(image: $0.image, health: HealthSnapshot(pools: pools, conditions: conditions)) }
        }
        let conditions = monitor.health()
        state.update { ServingState(image: $0.image, health: HealthSnapshot(pools: pools, conditions: conditions)) }
    }

    /// Serves until a signal ends it. The sockets for DNS are open before anything is probed.
    /// - Parameter companions: services that live as long.
    func run(beside companions: [any Service] = []) async throws {
        let listeners = try await Listeners(settings, mostConnections: mostConnections, state, group, logger)
        let (openingAdmin, opening) = AsyncStream.makeStream(of: Never.self)
        let ready = Readiness()
        var services: [any Service] =
            companions + [
                monitor,
                DNSService(
                    listeners: listeners, monitor: monitor, openingAdmin: openingAdmin, ready: ready, logger: logger,
                    summary: summary(listeners.places)),
            ]
        if let admin = settings.admin {
            let source = AdminSource(
                pools: { [monitor, pools = project.pools] in
                    zip(monitor.status(), pools).map { PoolReport($0, of: $1) }
                },
                isReady: { ready.isReady },
                metrics: { [project, identity = settings.identity ?? "", startTime = Date().timeIntervalSince1970] in
                    listeners.metrics(project.zones, identity: identity, startTime: startTime)
                })
            services.append(
                AdminServer(address: admin.address, port: admin.port, source: source, logger: logger) {
                    opening.finish()
                })
        } else {
            opening.finish()
        }
        try await runUntilSignal(services)
    }

    private func summary(_ places: [SocketEndpoint]) -> String {
        "serving \(project.summary) on \(places.map(\.description).joined(separator: ", "))"
    }
}
