// The headers below DNS, each with what is checked in a query and what is written into an answer. Pure.

import DNSCore

/// RFC 791 §3.1.
enum IPv4 {
    static let headerLength = 20
    private static let timeToLive: UInt8 = 64

    /// Where the packet at `start` ends; nil if it is cut off, damaged, a fragment, has options, or is not UDP.
    @inline(__always)
    static func end(_ frame: RawSpan, at start: Int) -> Int? {
        guard frame.byteCount >= start + headerLength, frame.integer(at: start, as: UInt8.self) == 0x45,
            frame.integer(at: start + 6, as: UInt16.self) & 0x3fff == 0,
            frame.integer(at: start + 9, as: UInt8.self) == UDP.number,
            onesComplementSum(frame, from: start, to: start + headerLength) == 0xffff
        else { return nil }
        let end = start + Int(frame.integer(at: start + 2, as: UInt16.self))
        return end <= frame.byteCount ? end : nil
    }

    /// The source; nil for 0.0.0.0/8, 127.0.0.0/8 and what is above 223.255.255.255 (RFC 1122 §3.2.1.3).
    @inline(__always)
    static func client(_ frame: RawSpan, at start: Int) -> IPAddress? {
        let source = frame.integer(at: start + 12, as: UInt32.self)
        let network = source >> 24
        return network == 0 || network == 127 || network >= 224 ? nil : .v4(source)
    }

    @inline(__always)
    static func write(
        _ frame: inout MutableRawSpan, at start: Int, length: Int, _ identification: UInt16, from query: RawSpan
    ) {
        frame.set(UInt16(0x4500), at: start)
        frame.set(UInt16(truncatingIfNeeded: length), at: start + 2)
        frame.set(identification, at: start + 4)
        // Fragments are allowed, as on the plain sockets: a smaller MTU on the way must not swallow answers.
        frame.set(UInt16(0), at: start + 6)
        frame.set(UInt16(timeToLive) << 8 | UInt16(UDP.number), at: start + 8)
        frame.set(UInt16(0), at: start + 10)
        frame.copy(4, from: query, at: start + 16, to: start + 12)
        frame.copy(4, from: query, at: start + 12, to: start + 16)
        frame.set(~onesComplementSum(frame.bytes, from: start, to: start + headerLength), at: start + 10)
    }
}

/// RFC 8200 §3.
enum IPv6 {
    static let headerLength = 40
    private static let hopLimit: UInt8 = 64

    /// Where the packet at `start` ends; nil if it is cut off, has an extension header, or is not UDP.
    @inline(__always)
    static func end(_ frame: RawSpan, at start: Int) -> Int? {
        guard frame.byteCount >= start + headerLength, frame.integer(at: start, as: UInt8.self) >> 4 == 6,
            frame.integer(at: start + 6, as: UInt8.self) == UDP.number
        else { return nil }
        let end = start + headerLength + Int(frame.integer(at: start + 4, as: UInt16.self))
        return end <= frame.byteCount ? end : nil
    }

    /// The source; nil for multicast, `::` and `::1` (RFC 4291 §2.5.2, §2.5.3, §2.7).
    @inline(__always)
    static func client(_ frame: RawSpan, at start: Int) -> IPAddress? {
        let high = frame.integer(at: start + 8, as: UInt64.self)
        let low = frame.integer(at: start + 16, as: UInt64.self)
        return high >> 56 == 0xff || (high == 0 && low <= 1) ? nil : .v6(high, low)
    }

    @inline(__always)
    static func write(_ frame: inout MutableRawSpan, at start: Int, length: Int, from query: RawSpan) {
        frame.set(UInt32(0x6000_0000), at: start)
        frame.set(UInt16(truncatingIfNeeded: length - headerLength), at: start + 4)
        frame.set(UInt16(UDP.number) << 8 | UInt16(hopLimit), at: start + 6)
        frame.copy(16, from: query, at: start + 24, to: start + 8)
        frame.copy(16, from: query, at: start + 8, to: start + 24)
    }
}

/// RFC 768.
enum UDP {
    static let number: UInt8 = 17
    static let headerLength = 8

    /// What the datagram at `start` carries; nil if that runs past `end`, or there is no port to answer to.
    @inline(__always)
    static func payload(_ frame: RawSpan, at start: Int, before end: Int) -> Range<Int>? {
        guard start + headerLength <= end else { return nil }
        let length = Int(frame.integer(at: start + 4, as: UInt16.self))
        guard length >= headerLength, start + length <= end, frame.integer(at: start, as: UInt16.self) != 0 else {
            return nil
        }
        return start + headerLength..<start + length
    }

    /// Writes the header of a datagram that fills the frame from `start` on.
    /// - Parameter addresses: where the IP header's two addresses stand, right before this header: the checksum has
    ///   them in it (RFC 768, RFC 8200 §8.1).
    @inline(__always)
    static func write(_ frame: inout MutableRawSpan, at start: Int, addresses: Int, from query: RawSpan) {
        let length = frame.byteCount - start
        frame.copy(2, from: query, at: start + 2, to: start)
        frame.copy(2, from: query, at: start, to: start + 2)
        frame.set(UInt16(truncatingIfNeeded: length), at: start + 4)
        frame.set(UInt16(0), at: start + 6)
        let sum = ~onesComplementSum(
            frame.bytes, from: addresses, to: frame.byteCount, initial: UInt32(length) + UInt32(number))
        // Zero would say that there is no checksum.
        frame.set(sum == 0 ? 0xffff : sum, at: start + 6)
    }
}
