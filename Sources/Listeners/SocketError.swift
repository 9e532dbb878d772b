// Why a socket could not be had, in words an operator can act on.

public import DNSCore
import Glibc

/// A listening socket that could not be opened.
public struct SocketError: Error, CustomStringConvertible, Equatable {
    public let address: IPAddress
    public let port: UInt16
    public let transport: String
    /// The value of errno.
    public let code: Int32

    public init(address: IPAddress, port: UInt16, transport: String, code: Int32) {
        self.address = address
        self.port = port
        self.transport = transport
        self.code = code
    }

    public var description: String {
        let host = address.isV6 ? "[\(address)]" : "\(address)"
        let reason =
            switch code {
            case EADDRINUSE: "another program listens there; stop it, or name another port with --listen"
            case EACCES: "ports below 1024 need root or CAP_NET_BIND_SERVICE; name another port with --listen"
            case EADDRNOTAVAIL: "this machine does not have that address; name one of its own with --listen"
            default: unsafe String(cString: strerror(code))
            }
        return "cannot listen on \(host):\(port) (\(transport)): \(reason)"
    }
}
