// The checksum of IPv4 headers and UDP (RFC 1071). Pure.

/// The ones' complement sum of `octets` from `start` to before `end`, an odd one at the end padded with zero, plus
/// `initial`, folded into 16 bits. As in a packet: the checksum to write is its complement.
/// - Parameters:
///   - start: 0 or more; `end` at most the number of octets.
///   - initial: what else counts, such as a pseudo-header's length and protocol; below 2^32.
@inline(__always)
func onesComplementSum(_ octets: RawSpan, from start: Int, to end: Int, initial: UInt32 = 0) -> UInt16 {
    // RFC 1071 §2 (B): a sum of swapped words is the swapped sum, so words are read as this machine has them, four
    // octets at a time. 2^32 of them fit before 64 bits overflow.
    var sum: UInt64 = 0
    var offset = start
    while end - offset >= 4 {
        sum += UInt64(unsafe octets.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
        offset += 4
    }
    if end - offset >= 2 {
        sum += UInt64(unsafe octets.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
        offset += 2
    }
    if offset < end {
        let last = unsafe octets.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
        sum += UInt64(UInt16(bigEndian: UInt16(last) << 8))
    }
    return fold(UInt64(UInt16(bigEndian: fold(sum))) + UInt64(initial))
}

/// Adds the carries back in.
@inline(__always)
private func fold(_ sum: UInt64) -> UInt16 {
    var sum = (sum >> 32) + (sum & 0xffff_ffff)
    sum = (sum >> 16) + (sum & 0xffff)
    sum = (sum >> 16) + (sum & 0xffff)
    sum = (sum >> 16) + (sum & 0xffff)
    return UInt16(truncatingIfNeeded: sum)
}
