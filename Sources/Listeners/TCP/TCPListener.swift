// DNS over TCP (RFC 7766) on SwiftNIO, with the answer function that UDP has.

public import DNSCore
public import NIOCore
import Glibc
import NIOPosix
import Synchronization

/// One listening address.
public final class TCPListener: Sendable {
    public let counters: [QueryCounters]
    public let connections: ConnectionCount
    private let channel: any Channel
    private let desks: [(loop: any EventLoop, desk: TCPDesk)]

    /// Limits of one listener.
    public struct Limits: Sendable {
        /// A connection without a whole query for this long is closed (RFC 7766 §6.2.3).
        public var idleTimeout: TimeAmount
        /// Connections beyond this number are closed as they come.
        public var maximumConnections: Int

        public init(idleTimeout: TimeAmount = .seconds(10), maximumConnections: Int = 1000) {
            self.idleTimeout = idleTimeout
            self.maximumConnections = maximumConnections
        }
    }

    /// Opens the socket. Clients wait there until `start()`.
    public init(
        address: IPAddress, port: UInt16, limits: Limits = Limits(), state: Published<ServingState>,
        group: any EventLoopGroup
    ) async throws {
        var desks: [ObjectIdentifier: TCPDesk] = [:]
        for loop in group.makeIterator() { desks[ObjectIdentifier(loop)] = TCPDesk(state: state) }
        counters = desks.values.map(\.counters)
        self.desks = group.makeIterator().compactMap { loop in desks[ObjectIdentifier(loop)].map { (loop, $0) } }
        let connections = ConnectionCount(limit: limits.maximumConnections)
        self.connections = connections
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { [desks] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let desk = desks[ObjectIdentifier(channel.eventLoop)], connections.open() else {
                        return channel.close(promise: nil)
                    }
                    channel.closeFuture.whenComplete { _ in connections.close() }
                    try channel.pipeline.syncOperations.addHandler(
                        TCPConnection(desk: desk, idleTimeout: limits.idleTimeout))
                }
            }
        if address.isV6 {
            // As on UDP: an IPv4 listener beside it has the port to itself.
            _ = bootstrap.serverChannelOption(.ipv6Only, value: 1)
        }
        do {
            channel = try await bootstrap.bind(to: SocketAddress(address, port: port)).get()
        } catch let error as IOError {
            throw SocketError(address: address, port: port, transport: "TCP", code: error.errnoCode)
        }
    }

    /// Starts accepting connections.
    public func start() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Lets go of what was replaced, which connections that are silent, or not there, would keep in memory.
    public func refresh() {
        for (loop, desk) in desks { loop.execute { desk.refresh() } }
    }

    /// Stops listening.
    public func stop() async {
        try? await channel.close().get()
    }
}

/// How many connections are open.
public final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Counts one more, unless there are as many as there may be.
    func open() -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        close()
        return false
    }

    func close() { count.subtract(1, ordering: .relaxed) }

    public var current: Int { count.load(ordering: .relaxed) }
}

extension SocketAddress {
    /// An address and port as SwiftNIO has them.
    public init(_ address: IPAddress, port: UInt16) throws {
        try self.init(packedIPAddress: ByteBuffer(bytes: address.octets), port: Int(port))
    }
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    /// IPV6_V6ONLY.
    fileprivate static var ipv6Only: Self { .init(level: .ipv6, name: .init(rawValue: IPV6_V6ONLY)) }
}
