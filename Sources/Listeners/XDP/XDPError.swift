// Why AF_XDP cannot be had, in words an operator can act on.

import Glibc

/// AF_XDP that could not be set up. Plain sockets do without it, but for an interface that is not there.
public struct XDPError: Error, CustomStringConvertible, Equatable {
    public let interface: String
    public let reason: Reason

    public enum Reason: Equatable, Sendable {
        /// A name that this machine does not have; those that it has.
        case noInterface([String])
        case notEthernet
        case isDown
        /// A packet of this many octets at most.
        case smallMTU(Int)
        case stripsTags
        case noPlace
        /// A step and the value of errno.
        case system(String, Int32)
    }

    public init(interface: String, _ reason: Reason) {
        self.interface = interface
        self.reason = reason
    }

    /// Whether it cannot be what was meant, so that nothing should be served.
    public var isMistake: Bool { if case .noInterface = reason { true } else { false } }

    public var description: String {
        if case .noInterface(let names) = reason {
            return "there is no network interface \(interface) for AF_XDP; there are \(names.joined(separator: ", "))"
        }
        return "no AF_XDP on \(interface): \(why)"
    }

    private var why: String {
        switch reason {
        case .noInterface: ""
        case .notEthernet: "it is no Ethernet interface"
        case .isDown: "it is down; `ip link set \(interface) up` before the start"
        case .smallMTU(let mtu): "its MTU is \(mtu), and answers of 512 octets need 560"
        case .stripsTags: "it takes VLAN tags off before we see them; `ethtool -K \(interface) rxvlan off`"
        case .noPlace: "it has none of the addresses that are listened on"
        case .system(_, EPERM), .system(_, EACCES):
            "this needs CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF (CAP_SYS_ADMIN before Linux 5.8)"
        case .system(_, EBUSY), .system(_, EEXIST):
            "another program uses XDP there; one that was left behind goes with `ip link set \(interface) xdp off`"
        case .system(_, EAFNOSUPPORT): "this kernel has no AF_XDP"
        case .system(_, ENOBUFS): "the limit of locked memory is too low (ulimit -l, LimitMEMLOCK=)"
        case .system(let step, let code):
            "\(step): \(unsafe String(cString: strerror(code))); it needs Linux 5.9 or later"
        }
    }
}
