// The OPT record of a query (RFC 6891 §6.1) and the options in it that the server knows. All others are walked over
// (RFC 6891 §6.1.2).

/// The code of an EDNS option: an open number space (RFC 6891 §9).
struct OptionCode {
    /// NSID (RFC 5001).
    static var nameServerIdentifier: UInt16 { 3 }
    /// EDNS Client Subnet (RFC 7871).
    static var clientSubnet: UInt16 { 8 }
    /// COOKIE (RFC 7873).
    static var cookie: UInt16 { 10 }
    /// edns-tcp-keepalive (RFC 7828).
    static var keepalive: UInt16 { 11 }
    /// Padding (RFC 7830).
    static var padding: UInt16 { 12 }
    /// Extended DNS Error (RFC 8914).
    static var extendedError: UInt16 { 15 }
}

/// What the sender's OPT record says of itself.
struct EDNS {
    /// The largest UDP payload that it can take.
    var payloadSize: UInt16
    var version: UInt8
    /// DNSSEC OK, which is repeated in the answer (RFC 3225 §3).
    var wantsDNSSEC: Bool
    var options = Options()
    /// Where the data of the first COOKIE stands in the message.
    var cookie = OptionData()
    /// The same for Client Subnet.
    var clientSubnet = OptionData()

    /// A part of the message. Small, as each query has one.
    struct OptionData {
        private let start: UInt16
        private let count: UInt16

        @inline(__always)
        init() { (start, count) = (0, 0) }

        init(offset: Int, length: Int) {
            start = UInt16(truncatingIfNeeded: offset)
            count = UInt16(truncatingIfNeeded: length)
        }

        var offset: Int { Int(start) }
        var length: Int { Int(count) }
    }

    /// Which options it has.
    struct Options: OptionSet {
        let rawValue: UInt8
        @inline(__always)
        init(rawValue: UInt8) { self.rawValue = rawValue }

        @inline(__always)
        static var nameServerIdentifier: Options { Options(rawValue: 1) }
        @inline(__always)
        static var clientSubnet: Options { Options(rawValue: 2) }
        @inline(__always)
        static var cookie: Options { Options(rawValue: 4) }
        @inline(__always)
        static var keepalive: Options { Options(rawValue: 8) }
        @inline(__always)
        static var padding: Options { Options(rawValue: 16) }
    }

    /// - Parameter fixed: the eight octets of type, class and TTL.
    @inline(__always)
    init(_ fixed: UInt64) {
        payloadSize = UInt16(truncatingIfNeeded: fixed >> 32)
        version = UInt8(truncatingIfNeeded: fixed >> 16)
        wantsDNSSEC = fixed & 0x8000 != 0
    }

    /// Reads the options (code, length, data) that fill a range of the message.
    /// - Returns: false if they do not fill it, or one of them is not as its RFC wants it.
    mutating func readOptions(_ message: borrowing Span<UInt8>, from start: Int, to end: Int, _ transport: Transport)
        -> Bool
    {
        var next = start
        while next < end {
            guard next + 4 <= end else { return false }
            let code = message.integer(at: next)
            let length = Int(message.integer(at: next + 2))
            let offset = next + 4
            next = offset + length
            guard next <= end else { return false }
            switch code {
            case OptionCode.nameServerIdentifier: options.insert(.nameServerIdentifier)
            case OptionCode.padding: options.insert(.padding)
            case OptionCode.cookie where !options.contains(.cookie):
                // A client cookie, and perhaps the server's (RFC 7873 §5.2.2). Only the first counts (§5.2).
                guard length == 8 || 16...40 ~= length else { return false }
                options.insert(.cookie)
                cookie = OptionData(offset: offset, length: length)
            case OptionCode.keepalive where transport != .udp:
                // Over UDP it is ignored (RFC 7828 §3.2.1); a client has no timeout to say (§3.1).
                guard length == 0 else { return false }
                options.insert(.keepalive)
            case OptionCode.clientSubnet where !options.contains(.clientSubnet):
                guard message.hasWholeSubnet(at: offset, length: length) else { return false }
                options.insert(.clientSubnet)
                clientSubnet = OptionData(offset: offset, length: length)
            default: break
            }
        }
        return true
    }
}

extension Span<UInt8> {
    /// Whether a Client Subnet option of a query is as RFC 7871 §6 and §7.1 want it: a known family, as many octets of
    /// address as the source prefix needs, no bits set after it, and scope 0.
    fileprivate func hasWholeSubnet(at offset: Int, length: Int) -> Bool {
        guard length >= 4 else { return false }
        let source = Int(self[offset + 2])
        let maximum: Int
        switch integer(at: offset) {
        // No family and no address: "do not use my subnet".
        case 0: maximum = 0
        case 1: maximum = 32
        case 2: maximum = 128
        default: return false
        }
        guard source <= maximum, self[offset + 3] == 0, length - 4 == (source + 7) / 8 else { return false }
        // No bits: a mask of zero. (A closure, as behind ||, that captures a span counts references.)
        let mask: UInt8 = source % 8 == 0 ? 0 : 0xff >> UInt8(source % 8)
        return self[offset + length - 1] & mask == 0
    }
}
