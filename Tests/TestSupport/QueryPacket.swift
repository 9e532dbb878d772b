// Queries as octets, built by hand: not by the code under test.

import CLDNS
import DNSCore

/// A query message, and what it says of itself.
package struct QueryPacket {
    package var id: UInt16 = 0x1234
    package var flags: UInt16 = 0
    /// In wire form, in the spelling to send.
    package var name: [UInt8]
    package var type: UInt16
    package var recordClass: UInt16 = 1
    package var edns: EDNS?

    package struct EDNS {
        package var size: UInt16
        package var version: UInt8 = 0
        package var wantsDNSSEC = false

        package init(size: UInt16, version: UInt8 = 0, wantsDNSSEC: Bool = false) {
            self.size = size
            self.version = version
            self.wantsDNSSEC = wantsDNSSEC
        }

        /// The OPT record (RFC 6891 §6.1.2), without options.
        package var octets: [UInt8] {
            [0, 0, 41] + pair(size) + [0, version, wantsDNSSEC ? 0x80 : 0, 0, 0, 0]
        }
    }

    package init(_ name: String, _ type: String, edns: EDNS? = nil) throws {
        self.name = try DomainName(name).wire
        self.type = try typeNumber(type)
        self.edns = edns
    }

    /// The name, type and class.
    package var question: [UInt8] { name + pair(type) + pair(recordClass) }

    package var octets: [UInt8] {
        pair(id) + pair(flags) + pair(1) + pair(0) + pair(0) + pair(edns == nil ? 0 : 1) + question
            + (edns?.octets ?? [])
    }
}

/// What a test text says that nobody understands.
package struct TestTextError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Two octets, most significant first.
package func pair(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

/// The number of a type by the name that libldns has for it, or from `TYPE123`.
package func typeNumber(_ name: String) throws -> UInt16 {
    if name == "ANY" { return 255 }
    let number = unsafe ldns_get_rr_type_by_name(name).rawValue
    guard number != 0 || name == "TYPE0" else { throw TestTextError("no type \(name)") }
    return UInt16(number)
}
