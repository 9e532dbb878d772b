// A DNS query in an Ethernet frame: Ethernet with at most one VLAN tag, IPv4 without options and fragments (RFC 791) or
// IPv6 without extension headers (RFC 8200), UDP (RFC 768). Pure; the program in the kernel passes all else on.

import DNSCore

/// Where things are in a frame that carries a query.
struct QueryFrame {
    /// Where the IP header starts: 14, or 18 behind a VLAN tag.
    let network: Int
    let isV6: Bool
    /// What UDP carries.
    let payload: Range<Int>
    /// Who asks.
    let client: IPAddress

    /// The octets before the message, as many in an answer.
    var headerLength: Int { payload.lowerBound }
    /// Those of them that count towards the MTU.
    var packetHeaderLength: Int { payload.lowerBound - network }

    /// Octets of headers at most: Ethernet, a VLAN tag, IPv6, UDP.
    static let maximumHeaderLength = 14 + 4 + 40 + UDP.headerLength

    /// Nil for a frame that must not be answered: cut off, damaged, or from an address that nobody has (RFC 1122
    /// §3.2.1.3, RFC 4291 §2.7). The UDP checksum is not verified: the sender's card writes it, and between virtual
    /// interfaces nobody does.
    @inline(__always)
    init?(_ frame: RawSpan) {
        guard frame.byteCount >= 18, frame.integer(at: 6, as: UInt8.self) & 1 == 0 else { return nil }
        var type = frame.integer(at: 12, as: UInt16.self)
        network = type == EtherType.tagged ? 18 : 14
        if type == EtherType.tagged { type = frame.integer(at: 16, as: UInt16.self) }
        let end: Int?
        switch type {
        case EtherType.v4:
            isV6 = false
            end = IPv4.end(frame, at: network)
        case EtherType.v6:
            isV6 = true
            end = IPv6.end(frame, at: network)
        default: return nil
        }
        let start = network + (isV6 ? IPv6.headerLength : IPv4.headerLength)
        guard let end, let payload = UDP.payload(frame, at: start, before: end),
            let client = isV6 ? IPv6.client(frame, at: network) : IPv4.client(frame, at: network)
        else { return nil }
        self.payload = payload
        self.client = client
    }

    /// The port that the query came from.
    @inline(__always)
    func port(in frame: RawSpan) -> UInt16 { frame.integer(at: payload.lowerBound - UDP.headerLength, as: UInt16.self) }

    /// Writes the headers of an answer: back where the query came from, from where it went to.
    /// - Parameters:
    ///   - query: the frame that this was read from.
    ///   - answer: the headers' octets, still unwritten, and the message behind them.
    ///   - identification: another one for each answer, as routers may fragment it (RFC 6864 §4.2).
    @inline(__always)
    func writeHeaders(from query: RawSpan, into answer: inout MutableRawSpan, identification: UInt16) {
        answer.copy(6, from: query, at: 6, to: 0)
        answer.copy(6, from: query, at: 0, to: 6)
        answer.copy(network - 12, from: query, at: 12, to: 12)
        let length = answer.byteCount - network
        if isV6 {
            IPv6.write(&answer, at: network, length: length, from: query)
            UDP.write(&answer, at: network + IPv6.headerLength, addresses: network + 8, from: query)
        } else {
            IPv4.write(&answer, at: network, length: length, identification, from: query)
            UDP.write(&answer, at: network + IPv4.headerLength, addresses: network + 12, from: query)
        }
    }
}

/// What an Ethernet frame carries.
enum EtherType {
    static let v4: UInt16 = 0x0800
    static let v6: UInt16 = 0x86dd
    /// A VLAN tag (IEEE 802.1Q), then the type.
    static let tagged: UInt16 = 0x8100
}

extension RawSpan {
    /// A number in network order, within bounds.
    @inline(__always)
    func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: T.Type) -> T {
        T(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

extension MutableRawSpan {
    /// Writes a number in network order, within bounds.
    @inline(__always)
    mutating func set<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
    }

    /// Copies a few octets, within bounds.
    @inline(__always)
    mutating func copy(_ count: Int, from source: RawSpan, at start: Int, to offset: Int) {
        for index in 0..<count {
            let octet = unsafe source.unsafeLoadUnaligned(fromByteOffset: start + index, as: UInt8.self)
            storeBytes(of: octet, toByteOffset: offset + index, as: UInt8.self)
        }
    }
}
