// Who an answer is for, as far as an answer may depend on it: the network that EDNS Client Subnet names (RFC 7871), else
// the address that the query came from.

/// A client's address, or the part of it that is known, and how much of it the answer was chosen by.
struct Asker: BitwiseCopyable {
    /// IPv4 as IPv6-mapped (RFC 4291 §2.5.5.2). Bits that are not known are zero.
    let address: UInt128
    /// How many leading bits of `address` are known, 0 to 128.
    private let known: Int
    private let isV4: Bool
    /// Whether the client's resolver says that this is the client's network.
    private let isSubnet: Bool
    /// How many leading bits of `address` the answer was chosen by.
    private var depth = 0

    /// Bits of an IPv4 or IPv6 address that are one client to `sticky`: RFC 7871 §11.1 asks resolvers to send no more.
    private static var stickyBits4: Int { 96 + 24 }
    private static var stickyBits6: Int { 56 }

    @inline(__always)
    init(_ address: IPAddress) {
        self.address = address.mapped
        known = 128
        isV4 = !address.isV6
        isSubnet = false
    }

    /// Reads the data of a Client Subnet option, which `EDNS` has checked.
    /// - Returns: nil if it names no network: then the resolver's own address counts (RFC 7871 §7.1.2).
    init?(_ message: borrowing Span<UInt8>, _ subnet: EDNS.OptionData) {
        guard subnet.length > 4 else { return nil }
        let length = Int(message[subnet.offset + 2])
        var octets: UInt128 = 0
        for index in 4..<subnet.length { octets = octets << 8 | UInt128(message[subnet.offset + index]) }
        isV4 = message[subnet.offset + 1] == 1
        let size = isV4 ? 4 : 16
        octets <<= UInt128((size - (subnet.length - 4)) * 8)
        address = isV4 ? 0xffff_0000_0000 | octets : octets
        known = isV4 ? 96 + length : length
        isSubnet = true
    }

    /// What `decision` says, if enough is known of the client. An answer is chosen by what is decided, so also by what
    /// could not be.
    @inline(__always)
    mutating func value(of decision: (value: UInt16, depth: Int)) -> UInt16 {
        depth = max(depth, decision.depth)
        return decision.depth <= known ? decision.value : PrefixTable.none
    }

    /// A number that all clients of one network share.
    mutating func stickyKey() -> UInt64 {
        let bits = isV4 ? Self.stickyBits4 : Self.stickyBits6
        depth = max(depth, bits)
        let network = address & (~0 << UInt128(128 - bits))
        return Affinity.mix(
            UInt64(truncatingIfNeeded: network) ^ Affinity.mix(UInt64(truncatingIfNeeded: network >> 64)))
    }

    /// SCOPE PREFIX-LENGTH (RFC 7871 §7.2.1): how long a prefix of the address shares this answer. It may be longer than
    /// the source prefix, which says that more bits would give a better answer.
    var scope: UInt8 {
        guard isSubnet else { return 0 }
        return UInt8(truncatingIfNeeded: isV4 ? max(0, depth - 96) : depth)
    }
}
