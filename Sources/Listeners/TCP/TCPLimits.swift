// What TCP clients may take up (RFC 7766 §6.2.2, §6.2.3 and §10; RFC 9210 §4.2 and §5).

public import NIOCore

/// Limits of all TCP listeners together.
public struct TCPLimits: Sendable {
    /// A connection that brings no whole query and takes no octet of an answer for this long is closed.
    public var idleTimeout: TimeAmount
    /// Open connections in total, 1 or more.
    public var connections: Int
    /// Open connections of one client, 1 or more: of an IPv4 address or an IPv6 /64, of which one host has all addresses.
    public var connectionsPerClient: Int

    public init(
        idleTimeout: TimeAmount = .seconds(10), connections: Int = 5_000, connectionsPerClient: Int = 500
    ) {
        self.idleTimeout = idleTimeout
        self.connections = connections
        self.connectionsPerClient = connectionsPerClient
    }

    /// Octets that the kernel may hold for a connection in each direction. It doubles them for its own needs, and would
    /// go up to megabytes by itself, for as many connections as there may be.
    static let receiveBuffer: Int32 = 32_768
    static let sendBuffer: Int32 = 65_536
    /// Octets of one read from a connection, at first and at most.
    static let firstRead = 1024
    static let longestRead = 16_384
    /// Octets of answers that may wait for a client before its queries wait too, and how few let it go on.
    static let unsentAnswers = ChannelOptions.Types.WriteBufferWaterMark(low: 8_192, high: 32_768)
    /// Connections that clients have opened and nobody has accepted yet; the system may allow fewer (somaxconn). Where
    /// there is no room, a client tries again after a second.
    static let backlog: Int32 = 1024
}
