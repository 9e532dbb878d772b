// The address and port of a client, out of what the kernel and SwiftNIO say.

import CLinuxSockets
import DNSCore
import Glibc
import NIOCore

extension CLinuxPeer {
    /// sockaddr_in and sockaddr_in6: family, port in network order.
    @inline(__always)
    var port: UInt16 { UInt16(truncatingIfNeeded: UInt32(bigEndian: words.0)) }
}

extension IPAddress {
    /// The address of a peer; nil if it is neither IPv4 nor IPv6.
    init?(_ peer: SocketAddress) {
        guard [.inet, .inet6].contains(peer.protocol) else { return nil }
        var copy = CLinuxPeer()
        let length = unsafe peer.withSockAddr { address, length in
            let octets = unsafe UnsafeRawBufferPointer(
                start: address, count: min(length, MemoryLayout<CLinuxPeer>.size))
            unsafe withUnsafeMutableBytes(of: &copy) { unsafe $0.copyMemory(from: octets) }
            return length
        }
        self.init(copy, length: socklen_t(length))
    }

    /// The address of a packet's sender.
    @inline(__always)
    init(_ peer: CLinuxPeer, length: socklen_t) {
        // sockaddr_in: family and port, address. sockaddr_in6: family and port, flow, address, scope.
        let words = peer.words
        if length <= socklen_t(MemoryLayout<sockaddr_in>.size) {
            self = .v4(UInt32(bigEndian: words.1))
        } else {
            self.init(
                high: UInt64(UInt32(bigEndian: words.2)) << 32 | UInt64(UInt32(bigEndian: words.3)),
                low: UInt64(UInt32(bigEndian: words.4)) << 32 | UInt64(UInt32(bigEndian: words.5)))
        }
    }

    /// An IPv6 address, or the IPv4 address that it stands for (RFC 4291 §2.5.5.2).
    @inline(__always)
    private init(high: UInt64, low: UInt64) {
        if high == 0, low >> 32 == 0xffff {
            self = .v4(UInt32(truncatingIfNeeded: low))
        } else {
            self = .v6(high, low)
        }
    }
}
