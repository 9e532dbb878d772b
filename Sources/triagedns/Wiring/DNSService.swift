// All listening addresses as one service.

import Admin
import DNSCore
import HealthChecks
import Listeners
import Logging
import NIOCore
import ServerConfiguration
import ServiceLifecycle
import Synchronization

/// UDP and TCP on every address.
struct Listeners: Sendable {
    let udp: [UDPListener]
    let tcp: [TCPListener]

    /// Opens all sockets.
    init(_ settings: ServerSettings, _ state: Published<ServingState>, _ group: any EventLoopGroup) async throws {
        let workers = settings.workers ?? System.coreCount
        var udp: [UDPListener] = []
        var tcp: [TCPListener] = []
        let limits = TCPListener.Limits(idleTimeout: TimeAmount(settings.tcpIdleTimeout))
        for place in settings.listen {
            udp.append(
                try UDPListener(address: place.address, port: place.port, workers: workers, state: state))
            tcp.append(
                try await TCPListener(
                    address: place.address, port: place.port, limits: limits, state: state, group: group))
        }
        self.udp = udp
        self.tcp = tcp
    }

    /// The figures of all workers.
    func metrics(_ zones: [Zone], identity: String, startTime: Double) -> ServerMetrics {
        let totals = [("udp", udp.flatMap(\.counters)), ("tcp", tcp.flatMap(\.counters))].map { name, counters in
            var totals = QueryTotals()
            for counter in counters { counter.add(to: &totals) }
            return ServerMetrics.Transport(
                name: name, responses: totals.responses, truncated: totals.truncated, dropped: totals.dropped)
        }
        return ServerMetrics(
            version: TriageDNS.version, identity: identity, transports: totals,
            tcpConnections: tcp.reduce(0) { $0 + $1.connections.current },
            zones: zones.map { ("\($0.apex)", $0.serial) }, startTime: startTime)
    }
}

/// Whether the first probe round is over.
final class Readiness: Sendable {
    private let flag = Atomic(false)

    var isReady: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}

/// Answers from the end of the first probe round on.
struct DNSService: Service {
    let listeners: Listeners
    let monitor: HealthMonitor
    let ready: Readiness
    let logger: Logger
    let summary: String

    func run() async throws {
        if await !monitor.firstRoundDone() {
            logger.warning("some checks have no verdict yet; their targets are answered until they have")
        }
        for listener in listeners.udp { try listener.start() }
        for listener in listeners.tcp { try await listener.start() }
        ready.set()
        logger.info("\(summary)")
        try? await gracefulShutdown()
        for listener in listeners.tcp { await listener.stop() }
        for listener in listeners.udp { listener.stop() }
    }
}
