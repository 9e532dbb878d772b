// Ethernet frames, built octet by octet: not by the code under test.

import DNSCore
import TestSupport

/// A UDP datagram in an Ethernet frame.
struct TestFrame: Sendable {
    var destination: [UInt8] = [2, 0, 0, 0, 0, 2]
    var source: [UInt8] = [2, 0, 0, 0, 0, 1]
    /// A VLAN tag's control information.
    var tag: UInt16?
    var from = "192.0.2.1"
    var to = "192.0.2.53"
    var ports: (from: UInt16, to: UInt16) = (40_000, 53)
    var payload: [UInt8] = Array("question".utf8)
    /// Octets behind the packet, as Ethernet fills up to 60.
    var padding = 0
    /// Changes the IP header before its checksum is made.
    var changeHeader: @Sendable (inout [UInt8]) -> Void = { _ in }
    /// Instead of the length of the UDP datagram.
    var datagramLength: UInt16?

    var isV6: Bool { from.contains(":") }

    var octets: [UInt8] {
        var octets = destination + source
        if let tag { octets += [0x81, 0x00] + pair(tag) }
        octets += isV6 ? [0x86, 0xdd] : [0x08, 0x00]
        return octets + header + datagram + [UInt8](repeating: 0, count: padding)
    }

    private var addresses: [UInt8] { (IPAddress(from)?.octets ?? []) + (IPAddress(to)?.octets ?? []) }

    private var header: [UInt8] {
        let length = UInt16(8 + payload.count)
        var header =
            isV6
            ? [0x60, 0, 0, 0] + pair(length) + [17, 64] + addresses
            : [0x45, 0] + pair(20 + length) + [0x12, 0x34, 0, 0, 64, 17, 0, 0] + addresses
        changeHeader(&header)
        if !isV6 { header.replaceSubrange(10..<12, with: pair(~slowSum(header))) }
        return header
    }

    private var datagram: [UInt8] {
        var datagram = pair(ports.from) + pair(ports.to) + pair(UInt16(8 + payload.count)) + [0, 0] + payload
        let sum = ~slowSum(addresses + [0, 17] + pair(UInt16(datagram.count)) + datagram)
        datagram.replaceSubrange(6..<8, with: pair(sum == 0 ? 0xffff : sum))
        if let datagramLength { datagram.replaceSubrange(4..<6, with: pair(datagramLength)) }
        return datagram
    }
}

/// RFC 1071 §1, word by word.
func slowSum(_ octets: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: octets.count, by: 2) {
        sum += UInt32(octets[index]) << 8 | (index + 1 < octets.count ? UInt32(octets[index + 1]) : 0)
        if sum > 0xffff { sum -= 0xffff }
    }
    return UInt16(sum)
}
