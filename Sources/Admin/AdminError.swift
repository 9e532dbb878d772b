// Why the admin endpoint cannot be opened, in words an operator can act on.

public import DNSCore
import Foundation

/// The endpoint's address could not be had.
public struct AdminError: Error, CustomStringConvertible, Equatable {
    public let address: IPAddress
    public let port: UInt16
    /// The value of errno.
    public let code: Int32

    public var description: String {
        let reason =
            switch code {
            case EADDRINUSE: "another program listens there; stop it, or name another port with --admin"
            case EACCES: "ports below 1024 need root or CAP_NET_BIND_SERVICE; name another port with --admin"
            case EADDRNOTAVAIL: "this machine does not have that address; name one of its own with --admin"
            default: "\(unsafe String(cString: strerror(code))); name another place with --admin, or write --admin off"
            }
        return "cannot listen on \(address.isV6 ? "[\(address)]" : "\(address)"):\(port) (HTTP): \(reason)"
    }
}
