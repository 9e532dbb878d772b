// DNS over TCP (RFC 7766) on SwiftNIO, with the answer function that UDP has.

public import DNSCore
public import NIOCore
import Glibc
import NIOPosix

/// One listening address.
public final class TCPListener: Sendable {
    public let counters: [QueryCounters]
    private let channel: any Channel
    private let connections: TCPConnections
    private let desks: [(loop: any EventLoop, desk: TCPDesk)]

    /// How long clients have to take the last answers when the server stops.
    private static let farewell = TimeAmount.seconds(1)

    /// Opens the socket. Clients wait there until `start()`.
    /// - Parameters:
    ///   - connections: those of all listeners.
    ///   - taps: the query log, if there is one.
    public init(
        address: IPAddress, port: UInt16, connections: TCPConnections, state: Published<ServingState>,
        group: any EventLoopGroup, taps: QueryTaps? = nil
    ) async throws {
        var desks: [ObjectIdentifier: TCPDesk] = [:]
        let idleTimeout = connections.limits.idleTimeout
        for loop in group.makeIterator() {
            let tap = taps?.tap(address, port, .tcp) ?? QueryTap()
            desks[ObjectIdentifier(loop)] = TCPDesk(state: state, idleTimeout: idleTimeout, tap: tap)
        }
        counters = desks.values.map(\.counters)
        self.desks = group.makeIterator().compactMap { loop in desks[ObjectIdentifier(loop)].map { (loop, $0) } }
        self.connections = connections
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: TCPLimits.backlog)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(connections))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.writeBufferWaterMark, value: TCPLimits.unsentAnswers)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: TCPLimits.firstRead, initial: TCPLimits.firstRead, maximum: TCPLimits.longestRead)
            )
            .childChannelInitializer { [desks] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let desk = desks[ObjectIdentifier(channel.eventLoop)],
                        let session = connections.admit(channel)
                    else { return channel.close(promise: nil) }
                    try channel.pipeline.syncOperations.addHandler(
                        TCPConnection(session: session, desk: desk, connections: connections))
                }
            }
        for (option, value) in Self.socketOptions(idleTimeout) {
            _ = bootstrap.serverChannelOption(option, value: value)
        }
        if address.isV6 {
            // As on UDP: an IPv4 listener beside it has the port to itself.
            _ = bootstrap.serverChannelOption(.socket(.ipv6, IPV6_V6ONLY), value: 1)
        }
        do {
            channel = try await bootstrap.bind(to: SocketAddress(address, port: port)).get()
        } catch let error as IOError {
            throw SocketError(address: address, port: port, transport: "TCP", code: error.errnoCode)
        }
    }

    /// Options of the listening socket. On Linux, accepted ones have them too, without a system call for each.
    private static func socketOptions(
        _ idleTimeout: TimeAmount
    ) -> [(ChannelOptions.Types.SocketOption, SocketOptionValue)] {
        [
            (.socketOption(.so_reuseaddr), 1),
            (.tcpOption(.tcp_nodelay), 1),
            (.socketOption(.so_rcvbuf), SocketOptionValue(TCPLimits.receiveBuffer)),
            (.socketOption(.so_sndbuf), SocketOptionValue(TCPLimits.sendBuffer)),
            // What a connection has not delivered when it is closed, the kernel keeps for no longer than that. Until then
            // it is for us to say who stalls, which we do within two idle timeouts.
            (.socket(.tcp, TCP_USER_TIMEOUT), SocketOptionValue(clamping: 3 * idleTimeout.nanoseconds / 1_000_000)),
        ]
    }

    /// Starts accepting connections.
    public func start() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Lets go of what was replaced, which connections that are silent, or not there, would keep in memory.
    public func refresh() {
        for (loop, desk) in desks { loop.execute { desk.refresh() } }
    }

    /// Stops listening, and closes the connections: at once, but for clients that have yet to take their answers.
    public func stop() async {
        try? await channel.close().get()
        let open = connections.sessions(of: channel).map(\.channel)
        for connection in open { connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let end = channel.eventLoop.scheduleTask(in: Self.farewell) {
            for connection in open { connection.close(promise: nil) }
        }
        try? await EventLoopFuture.andAllComplete(open.map(\.closeFuture), on: channel.eventLoop).get()
        end.cancel()
    }
}

extension SocketAddress {
    /// An address and port as SwiftNIO has them.
    public init(_ address: IPAddress, port: UInt16) throws {
        try self.init(packedIPAddress: ByteBuffer(bytes: address.octets), port: Int(port))
    }
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    /// A socket option that SwiftNIO has no name for.
    fileprivate static func socket(_ level: NIOBSDSocket.OptionLevel, _ name: Int32) -> Self {
        .init(level: level, name: .init(rawValue: name))
    }
}
