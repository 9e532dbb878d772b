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
        package var options: [Option] = []

        package init(size: UInt16, version: UInt8 = 0, wantsDNSSEC: Bool = false) {
            self.size = size
            self.version = version
            self.wantsDNSSEC = wantsDNSSEC
        }

        /// The OPT record (RFC 6891 §6.1.2).
        package var octets: [UInt8] {
            let data = options.flatMap(\.octets)
            return [0, 0, 41] + pair(size) + [0, version, wantsDNSSEC ? 0x80 : 0, 0] + pair(UInt16(data.count)) + data
        }
    }

    /// An EDNS option.
    package struct Option: Hashable, CustomStringConvertible {
        package var code: UInt16
        package var data: [UInt8]

        package init(_ code: UInt16, _ data: [UInt8] = []) {
            self.code = code
            self.data = data
        }

        /// Reads `CODE:HEX`.
        package init?(_ text: Substring) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let code = UInt16(parts[0]), let data = hexadecimal(parts[1]) else { return nil }
            self.init(code, data)
        }

        package var octets: [UInt8] { pair(code) + pair(UInt16(data.count)) + data }

        package var description: String { "\(code):\(hexadecimal(data))" }
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

/// Octets from pairs of hexadecimal digits.
package func hexadecimal(_ text: some StringProtocol) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

package func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
    octets.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
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
