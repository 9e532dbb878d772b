// A network interface as AF_XDP needs it.

import CXDP
import DNSCore
import Glibc

/// What the system says of an interface of this network namespace.
struct NetworkInterface {
    let name: String
    let index: UInt32
    /// The longest packet in octets, without its Ethernet header.
    let mtu: Int
    /// Queues that take packets in, 1 or more.
    let queues: UInt32

    init(_ name: String) throws(XDPError) {
        var found = CXDPInterface()
        guard unsafe CXDP_interface(name, &found) == 0 else {
            throw XDPError(
                interface: name, errno == ENODEV ? .noInterface(Self.names()) : .system("cannot look at it", errno))
        }
        guard found.isEthernet == 1 else { throw XDPError(interface: name, .notEthernet) }
        guard found.isUp == 1 else { throw XDPError(interface: name, .isDown) }
        guard found.mtu >= Self.minimumMTU else { throw XDPError(interface: name, .smallMTU(Int(found.mtu))) }
        // Their packets would look untagged, and so would our answers.
        if found.stripsTags == 1, Self.hasVLANs(name) { throw XDPError(interface: name, .stripsTags) }
        self.name = name
        index = found.index
        mtu = Int(found.mtu)
        queues = found.queues
    }

    /// 512 octets of answer (RFC 1035 §4.2.1) behind the longest headers.
    private static let minimumMTU = 512 + UInt32(IPv6.headerLength + UDP.headerLength)

    /// The addresses of this interface now.
    func addresses() -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if unsafe String(cString: entry.pointee.ifa_name) == name, let place = unsafe entry.pointee.ifa_addr,
                let address = unsafe IPAddress(place)
            {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ifa_next
        }
        return addresses
    }

    private static func names() -> [String] {
        guard let list = unsafe if_nameindex() else { return [] }
        defer { unsafe if_freenameindex(list) }
        var names: [String] = []
        while unsafe list[names.count].if_index != 0 {
            unsafe names.append(String(cString: list[names.count].if_name))
        }
        return names
    }

    /// Whether there are VLANs on top of an interface.
    /// - Parameter path: a file as 8021q writes it: lines `name | number | interface`, below two others.
    static func hasVLANs(_ name: String, path: String = "/proc/net/vlan/config") -> Bool {
        guard let file = unsafe fopen(path, "r") else { return false }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.split(whereSeparator: { $0 == "|" || $0.isWhitespace }).last.map(String.init) == name {
                return true
            }
        }
        return false
    }
}

extension IPAddress {
    /// Of a sockaddr_in or sockaddr_in6; nil for other families.
    fileprivate init?(_ place: UnsafeMutablePointer<sockaddr>) {
        let octets = UnsafeRawPointer(place)
        switch unsafe Int32(place.pointee.sa_family) {
        case AF_INET: self = .v4(UInt32(bigEndian: unsafe octets.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6:
            self = .v6(
                UInt64(bigEndian: unsafe octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: unsafe octets.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
        default: return nil
        }
    }
}
