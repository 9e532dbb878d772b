// Small blocking client sockets. Every wait is bounded: a test that hangs says nothing.

package import DNSCore
import Glibc

/// A client socket.
package final class ClientSocket: Sendable {
    package let descriptor: Int32
    private let isStream: Bool

    /// The longest wait for anything, in seconds.
    private static let patience = 10

    /// Connects to a server over UDP or TCP, `from` a local address of the same family if one is named.
    package init(_ transport: Transport, to address: IPAddress, port: UInt16, from source: IPAddress? = nil) throws {
        let family = address.isV6 ? AF_INET6 : AF_INET
        isStream = if case .tcp = transport { true } else { false }
        let kind = isStream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(family, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // As timeval, whose members belong in a release build to whichever module was read first.
        var wait = (seconds: Self.patience, microseconds: 0)
        let size = socklen_t(MemoryLayout.size(ofValue: wait))
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
        var one: Int32 = 1
        if isStream {
            _ = unsafe setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        if let source {
            let code = unsafe Self.socketAddress(source, 0).withUnsafeBytes { octets in
                unsafe bind(
                    descriptor, octets.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(octets.count))
            }
            guard code == 0 else { throw TestTextError("bind: errno \(errno)") }
        }
        let code = unsafe Self.socketAddress(address, port).withUnsafeBytes { octets in
            unsafe connect(
                descriptor, octets.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(octets.count))
        }
        guard code == 0 else { throw TestTextError("connect: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// sockaddr_in and sockaddr_in6, in octets: family, port, (flow,) address, (scope).
    private static func socketAddress(_ address: IPAddress, _ port: UInt16) -> [UInt8] {
        [UInt8((address.isV6 ? AF_INET6 : AF_INET) & 0xff), 0] + pair(port)
            + (address.isV6 ? [0, 0, 0, 0] : []) + address.octets
            + [UInt8](repeating: 0, count: address.isV6 ? 4 : 8)
    }

    /// Sends octets: one packet, or part of a stream.
    /// - Returns: whether the other side is still there.
    @discardableResult
    package func send(_ octets: [UInt8]) -> Bool {
        var done = 0
        repeat {
            let sent = unsafe octets.withUnsafeBytes { all in
                unsafe Glibc.send(
                    descriptor, all.baseAddress.map { unsafe $0 + done }, octets.count - done, Int32(MSG_NOSIGNAL))
            }
            guard sent >= 0 else { return false }
            done += sent
        } while done < octets.count
        return true
    }

    /// Sends a message over a stream, its length in front.
    @discardableResult
    package func sendFramed(_ message: [UInt8]) -> Bool { send(pair(UInt16(message.count)) + message) }

    /// One packet or whatever has come of a stream; empty at its end, nil if nothing comes.
    package func receive(_ maximum: Int = 65_535) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: maximum)
        let count = unsafe recv(descriptor, &octets, maximum, 0)
        return count < 0 ? nil : Array(octets.prefix(count))
    }

    /// One message from a stream; nil at its end.
    package func receiveFramed() -> [UInt8]? {
        guard let head = receive(exactly: 2) else { return nil }
        return receive(exactly: Int(head[0]) << 8 | Int(head[1]))
    }

    private func receive(exactly count: Int) -> [UInt8]? {
        var octets: [UInt8] = []
        while octets.count < count {
            guard let more = receive(count - octets.count), !more.isEmpty else { return nil }
            octets += more
        }
        return octets
    }

    /// Says that nothing more will be sent.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Whether the server has closed the connection, after reading what else came.
    package func isClosedByServer() -> Bool {
        while true {
            var octets = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &octets, octets.count, 0)
            if count == 0 { return true }
            if count < 0 { return errno == ECONNRESET || errno == EPIPE }
        }
    }

    /// Asks over this socket and waits for the answer.
    package func exchange(_ message: [UInt8]) -> [UInt8]? {
        if isStream {
            sendFramed(message)
            return receiveFramed()
        }
        send(message)
        return receive()
    }
}
