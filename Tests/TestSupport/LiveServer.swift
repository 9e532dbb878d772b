// The real listeners, UDP and TCP, on one port of a local address.

package import DNSCore
package import Listeners
import NIOPosix

/// Listeners that answer from a published state until they are stopped.
package struct LiveServer {
    package let address: IPAddress
    package let port: UInt16
    package let udp: UDPListener
    package let tcp: TCPListener
    package let connections: TCPConnections

    /// Opens and starts both, on the first of some ports that is free.
    package init(
        _ state: Published<ServingState>, address: String = "127.0.0.1", workers: Int = 2,
        limits: TCPLimits = TCPLimits(), taps: QueryTaps? = nil
    ) async throws {
        guard let place = IPAddress(address) else { throw TestTextError("\(address) is no address") }
        connections = TCPConnections(limits)
        for _ in 0..<100 {
            let port = UInt16.random(in: 10_000...30_000)
            guard
                let udp = try? UDPListener(address: place, port: port, workers: workers, state: state, taps: taps)
            else { continue }
            guard
                let tcp = try? await TCPListener(
                    address: place, port: port, connections: connections, state: state,
                    group: MultiThreadedEventLoopGroup.singleton, taps: taps)
            else { continue }
            try udp.start()
            try await tcp.start()
            self.address = place
            self.port = port
            self.udp = udp
            self.tcp = tcp
            return
        }
        throw TestTextError("no port is free on \(address)")
    }

    package func stop() async {
        await tcp.stop()
        udp.stop()
    }

    /// A client of this server, at one of its addresses and from one of ours.
    package func client(
        _ transport: Transport, to other: String? = nil, from source: String? = nil
    ) throws -> ClientSocket {
        try ClientSocket(
            transport, to: other.flatMap { IPAddress($0) } ?? address, port: port,
            from: source.flatMap { IPAddress($0) })
    }
}
