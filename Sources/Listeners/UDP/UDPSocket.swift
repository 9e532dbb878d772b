// A UDP socket for one worker.

import CLinuxSockets
import DNSCore
import Glibc

/// Owns a bound socket.
struct UDPSocket: ~Copyable {
    let descriptor: Int32
    /// Bound to all of the machine's addresses, so each packet tells the one that was asked.
    let isWildcard: Bool

    /// Octets that the kernel may queue for the worker: some thousand queries, for moments in which it has no core.
    /// Without CAP_NET_ADMIN it allows less (net.core.rmem_max).
    private static let receiveBuffer: Int32 = 4 << 20

    /// Seconds after which a receiver that gets nothing looks around: else it would keep what was replaced in memory.
    private static let receiveTimeout = 1

    private init(descriptor: Int32, isWildcard: Bool) {
        self.descriptor = descriptor
        self.isWildcard = isWildcard
    }

    /// - Parameter isShared: whether other workers bind the same address and port.
    static func open(_ address: IPAddress, port: UInt16, isShared: Bool) throws(SocketError) -> UDPSocket {
        let family = address.isV6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let failure = { SocketError(address: address, port: port, transport: "UDP", code: errno) }
        guard descriptor >= 0 else { throw failure() }
        let opened = UDPSocket(descriptor: descriptor, isWildcard: address.octets.allSatisfy { $0 == 0 })
        if isShared { Self.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        if address.isV6 { Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, Self.receiveBuffer)
        Self.set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, Self.receiveBuffer)
        Self.setReceiveTimeout(descriptor)
        _ = CLinux_ignorePathMTU(descriptor, family)
        if opened.isWildcard, CLinux_receiveLocalAddress(descriptor, family) != 0 { throw failure() }
        guard unsafe CLinux_bind(descriptor, family, address.octets, port) == 0 else { throw failure() }
        return opened
    }

    deinit { close(descriptor) }

    private static func setReceiveTimeout(_ descriptor: Int32) {
        var timeout = timeval(tv_sec: receiveTimeout, tv_usec: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
