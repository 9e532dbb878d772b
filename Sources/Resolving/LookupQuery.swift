// What is asked of a name server (RFC 1035 §4.1, RFC 1123 §6.1.3.1): one name, one type, recursion desired. EDNS is left out, as
// system resolvers leave it out: addresses fit 512 octets, and what does not comes over TCP.

package import DNSCore

/// A question, and the number by which its answer is known.
package struct LookupQuery: Hashable, Sendable {
    package var id: UInt16
    package var name: DomainName
    /// A or AAAA.
    package var type: RecordType

    /// - Parameter id: unpredictable, against answers of others (RFC 5452 §4.3).
    package init(_ name: DomainName, _ type: RecordType, id: UInt16) {
        self.id = id
        self.name = name
        self.type = type
    }

    /// The message.
    package var octets: [UInt8] {
        let recursionDesired: UInt16 = 0x0100
        let header = [id, recursionDesired, 1, 0, 0, 0]
        return (header.flatMap(\.octets)) + name.wire + type.rawValue.octets + UInt16(1).octets
    }
}

extension UInt16 {
    /// In network order.
    var octets: [UInt8] { [UInt8(self >> 8), UInt8(truncatingIfNeeded: self)] }
}
