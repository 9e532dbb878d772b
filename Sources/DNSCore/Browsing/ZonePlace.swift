// Where in a zone somebody who reads it page by page has got to. It names no memory, so that it means the same in every
// version of the zone.

/// A place between records in canonical order (RFC 4034 §6.1): by name, type, and number within the set.
public struct ZonePlace: Hashable, Sendable {
    /// Canonical.
    let name: [UInt8]
    /// As sets are stored: 0 is a POOL of addresses.
    let type: UInt16
    /// How many records of the set come before.
    let row: UInt16

    init(name: [UInt8], type: UInt16, row: Int) {
        self.name = name
        self.type = type
        self.row = UInt16(clamping: row)
    }

    /// Before the first record of `name`.
    public init(_ name: DomainName) { self.init(name: name.canonicalWire, type: 0, row: 0) }
}

extension ZonePlace: LosslessStringConvertible {
    private static let digits = Array("0123456789abcdef".utf8)
    /// Octets of type and number.
    private static let headLength = 4

    /// Hexadecimal digits, which need no escaping anywhere. Nobody but us has to understand them.
    public var description: String {
        let octets = [UInt8(type >> 8), UInt8(type & 0xff), UInt8(row >> 8), UInt8(row & 0xff)] + name
        return String(
            decoding: octets.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Nil for what no place was ever described as.
    public init?(_ description: String) {
        let text = Array(description.utf8)
        guard text.count % 2 == 0, text.count > 2 * Self.headLength,
            text.count <= 2 * (Self.headLength + DomainName.maximumLength)
        else { return nil }
        let values = text.map { Self.digits.firstIndex(of: $0) }
        guard !values.contains(nil) else { return nil }
        let octets = stride(from: 0, to: text.count, by: 2).map {
            UInt8((values[$0] ?? 0) << 4 | (values[$0 + 1] ?? 0))
        }
        guard let name = try? DomainName(wire: octets.dropFirst(Self.headLength)), name.canonicalWire == name.wire
        else { return nil }
        self.init(
            name: name.wire, type: UInt16(octets[0]) << 8 | UInt16(octets[1]),
            row: Int(octets[2]) << 8 | Int(octets[3]))
    }
}
