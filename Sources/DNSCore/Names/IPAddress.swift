// An IPv4 or IPv6 address as the octets of an A or AAAA record (RFC 1035 §3.4.1, RFC 3596 §2.2).

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The address of a target or a listener, in network byte order.
public enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt64, UInt64)

    /// Reads dotted IPv4 or RFC 4291 IPv6 text; nil if it is neither.
    public init?(_ text: String) {
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6: (UInt64, UInt64) = (0, 0)
        guard unsafe inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self = .v6(UInt64(bigEndian: v6.0), UInt64(bigEndian: v6.1))
    }

    /// 4 or 16 octets in network order.
    public var octets: [UInt8] {
        switch self {
        case .v4(let value): (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        case .v6(let high, let low):
            (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
                + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
        }
    }

    public var isV6: Bool { if case .v6 = self { true } else { false } }

    /// Why nothing can be served at it; nil if something can.
    package var reasonAgainstUse: String? {
        switch self {
        case .v4(0), .v6(0, 0): "the unspecified address"
        case .v4(0xffff_ffff): "the broadcast address"
        case .v4(let value) where value >> 28 == 0xe: "a multicast address"
        case .v6(let high, _) where high >> 56 == 0xff: "a multicast address"
        default: nil
        }
    }

    /// Whether it is this machine only: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted IPv4, or IPv6 after RFC 5952.
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let octets = octets
        guard unsafe inet_ntop(isV6 ? AF_INET6 : AF_INET, octets, &text, socklen_t(text.count)) != nil else {
            return ""
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
