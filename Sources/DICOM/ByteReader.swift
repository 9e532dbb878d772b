// Bounds-checked reading, and writing, of the integers that DICOM mixes: lengths of units and items are big endian
// (PS3.8 §9.3), a command set is little endian (PS3.7 §6.3.1).

/// Reads from the front of a slice; nil, and nothing consumed, where it ends too early.
package struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    package init(_ octets: ArraySlice<UInt8>) { rest = octets }

    package var isAtEnd: Bool { rest.isEmpty }

    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    package mutating func octet() -> UInt8? { rest.popFirst() }

    package mutating func bigEndian16() -> UInt16? {
        take(2).map { $0.reduce(0) { $0 << 8 | UInt16($1) } }
    }

    package mutating func bigEndian32() -> UInt32? {
        take(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    package mutating func littleEndian16() -> UInt16? {
        take(2).map { $0.reversed().reduce(0) { $0 << 8 | UInt16($1) } }
    }

    package mutating func littleEndian32() -> UInt32? {
        take(4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    mutating func appendBigEndian(_ value: UInt32) {
        appendBigEndian(UInt16(truncatingIfNeeded: value >> 16))
        appendBigEndian(UInt16(truncatingIfNeeded: value))
    }

    mutating func appendLittleEndian(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func appendLittleEndian(_ value: UInt32) {
        appendLittleEndian(UInt16(truncatingIfNeeded: value))
        appendLittleEndian(UInt16(truncatingIfNeeded: value >> 16))
    }

    /// Appends an item (PS3.8 §9.3.2): type, reserved, length of the value, value.
    mutating func appendItem(_ type: UInt8, _ value: [UInt8]) {
        append(type)
        append(0)
        appendBigEndian(UInt16(truncatingIfNeeded: value.count))
        append(contentsOf: value)
    }
}

/// An item of an A-ASSOCIATE unit or a sub-item of one of its items: `type`, reserved, length, value.
struct Item {
    var type: UInt8
    var value: ArraySlice<UInt8>

    /// Reads items to the end of `octets`; each takes at least four, so their number is bounded by the unit's length.
    static func readAll(_ octets: ArraySlice<UInt8>, of unit: String) throws(PDUError) -> [Item] {
        var reader = ByteReader(octets)
        var items: [Item] = []
        while !reader.isAtEnd {
            guard let type = reader.octet(), reader.octet() != nil, let length = reader.bigEndian16(),
                let value = reader.take(Int(length))
            else { throw .truncated(unit) }
            items.append(Item(type: type, value: value))
        }
        return items
    }

    /// The value as a UID, without the padding that some send all the same.
    var uid: String { printable(value) }
}

/// Octets as text for people: without the spaces and NULs around them, and `?` for what is not printable ASCII.
package func printable(_ octets: ArraySlice<UInt8>) -> String {
    let isPadding = { (octet: UInt8) in octet == 0x20 || octet == 0 }
    var octets = octets.drop(while: isPadding)
    while let last = octets.last, isPadding(last) { octets.removeLast() }
    return String(decoding: octets.map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }, as: UTF8.self)
}

/// The UIDs that a C-ECHO needs, and our own.
package enum UID {
    /// DICOM application context (PS3.7 Annex A).
    package static let applicationContext = "1.2.840.10008.3.1.1.1"
    /// Verification SOP class (PS3.4 Annex A).
    package static let verification = "1.2.840.10008.1.1"
    package static let implicitVRLittleEndian = "1.2.840.10008.1.2"
    /// Our implementation class UID (PS3.7 §D.3.3.2.1), minted from a UUID (PS3.5 §B.2).
    package static let implementation = "2.25.203272717416985188787192354935964847892"
    /// Our implementation version name (PS3.7 §D.3.3.2.3), 1 to 16 characters.
    package static let implementationVersion = "TRIAGEDNS_1"
}
