// All listening addresses as one service.

import Admin
import CLinuxSockets
import Checks
import DNSCore
import Glibc
import HealthChecks
import Listeners
import Logging
import NIOCore
import QueryLog
import ServerConfiguration
import ServiceLifecycle
import Synchronization
import ZoneFiles

/// UDP and TCP on every address, and AF_XDP on an interface.
struct Listeners: Sendable {
    private(set) var udp: [UDPListener] = []
    private(set) var tcp: [TCPListener] = []
    let connections: TCPConnections
    private(set) var xdp: XDPListener?
    private let xdpInterface: String?
    let queryLog: QueryLogService?
    /// Where they listen.
    private(set) var places: [SocketEndpoint] = []
    /// UDP threads for each of them.
    let workers: Int

    /// Opens all sockets. Of the addresses that nobody has asked for, `::1` is left out on a machine without IPv6.
    /// - Parameter mostConnections: how many TCP connections the limit of open files leaves room for.
    init(
        _ settings: ServerSettings, mostConnections: Int, _ state: Published<ServingState>,
        _ group: any EventLoopGroup, _ queryLog: QueryLogService?, _ logger: Logger
    ) async throws {
        workers = settings.workers ?? System.coreCount
        let connections = TCPConnections(Self.limits(settings, mostConnections, logger))
        self.connections = connections
        self.queryLog = queryLog
        let taps = queryLog?.taps
        for place in settings.listen ?? SocketEndpoint.defaultListen {
            do {
                let datagrams = try UDPListener(
                    address: place.address, port: place.port, workers: workers, state: state, taps: taps)
                let streams = try await TCPListener(
                    address: place.address, port: place.port, connections: connections, state: state, group: group,
                    taps: taps)
                udp.append(datagrams)
                tcp.append(streams)
                places.append(place)
            } catch let error as SocketError where settings.listen == nil && error.meansNoIPv6 {
                logger.notice("this machine has no IPv6, so there are no answers on \(place)")
            }
        }
        xdpInterface = settings.xdpInterface
        if let interface = settings.xdpInterface { xdp = try openXDP(interface, state, logger) }
    }

    /// Nil where it cannot be had: the plain sockets serve all there is to serve.
    private func openXDP(
        _ interface: String, _ state: Published<ServingState>, _ logger: Logger
    ) throws(XDPError) -> XDPListener? {
        do throws(XDPError) {
            let listener = try XDPListener(
                interface: interface, places: places.map { .init(address: $0.address, port: $0.port) }, state: state,
                taps: queryLog?.taps)
            logger.info("AF_XDP on \(interface): \(listener.summary)")
            return listener
        } catch {
            guard !error.isMistake else { throw error }
            logger.warning("\(error); UDP is served from plain sockets alone")
            return nil
        }
    }

    private static func limits(_ settings: ServerSettings, _ mostConnections: Int, _ logger: Logger) -> TCPLimits {
        var limits = TCPLimits(
            idleTimeout: TimeAmount(settings.tcpIdleTimeout), connectionsPerClient: settings.tcpConnectionsPerClient)
        if let wanted = settings.tcpConnections {
            limits.connections = wanted
            if wanted > mostConnections {
                logger.warning(
                    """
                    tcp_connections is \(wanted), but the limit of open files leaves room for \(mostConnections); raise \
                    that (ulimit -n, LimitNOFILE of systemd), or write tcp_connections: \(mostConnections)
                    """)
            }
        }
        limits.connections = min(limits.connections, mostConnections)
        return limits
    }

    /// For the admin endpoint.
    var reports: [RuntimeReport.Listener] {
        let sockets = places.flatMap { place in
            ["udp", "tcp"].map { RuntimeReport.Listener(transport: $0, address: "\(place)") }
        }
        return sockets + (xdp == nil ? [] : [.init(transport: "xdp", address: xdpInterface ?? "")])
    }
}

extension SocketError {
    fileprivate var meansNoIPv6: Bool { address.isV6 && (code == EADDRNOTAVAIL || code == EAFNOSUPPORT) }
}

/// Whether the first probe round is over.
final class Readiness: Sendable {
    private let flag = Atomic(false)

    var isReady: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}

/// Answers once the admin endpoint is open and the first probe round is over.
struct DNSService: Service {
    let listeners: Listeners
    let monitor: HealthMonitor
    let state: Published<ServingState>
    /// Ends when the admin endpoint is open.
    let openingAdmin: AsyncStream<Never>
    let ready: Readiness
    let logger: Logger
    let summary: String

    func run() async throws {
        let isRoundDone = await cancelWhenGracefulShutdown {
            for await _ in openingAdmin {}
            return await monitor.firstRoundDone()
        }
        // The program may end before it has served.
        guard !Task.isCancelled, !Task.isShuttingDownGracefully else { return }
        if !isRoundDone {
            logger.warning("some checks have no verdict yet; their targets are answered until they have")
        }
        CLinux_prepareProgramPages()
        for listener in listeners.udp { try listener.start() }
        for listener in listeners.tcp { try await listener.start() }
        if let xdp = listeners.xdp, try !xdp.start() {
            logger.warning("AF_XDP is not permitted any more; UDP is served from plain sockets")
        }
        ready.set()
        logger.info("\(summary)")
        await cancelWhenGracefulShutdown {
            // Reading, parsing arguments, building routes: most of the code that ran so far does not run again. The
            // services that start beside this one are still at it.
            guard (try? await Task.sleep(for: .milliseconds(500))) != nil else { return }
            CLinux_releaseProgramPages()
            repeat { rehearseFailover() } while (try? await Task.sleep(for: .seconds(60))) != nil
        }
        try? await gracefulShutdown()
        listeners.xdp?.stop()
        for listener in listeners.tcp { await listener.stop() }
        for listener in listeners.udp { listener.stop() }
    }

    /// Publishes what no listener looks at.
    private func rehearseFailover() {
        let unseen = Published(ServingState(image: state.current.image, []))
        monitor.rehearseFailover { unseen.publish($0) }
    }
}
