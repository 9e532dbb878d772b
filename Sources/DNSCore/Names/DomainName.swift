// A domain name in uncompressed wire form (RFC 1035 §3.1), in the spelling it was written with; compared in the
// canonical form (RFC 4034 §6.1). For zones and configuration: the query path works on spans instead.

/// A fully qualified domain name: 1 to 255 octets of length-prefixed labels, the last of them empty.
public struct DomainName: Sendable {
    /// The labels in wire form, with the writer's upper and lower case.
    public let wire: [UInt8]

    /// The most octets a name may take on the wire, its root label included (RFC 1035 §2.3.4).
    public static var maximumLength: Int { 255 }
    /// The most octets in one label (RFC 1035 §2.3.4).
    public static var maximumLabelLength: Int { 63 }

    public static let root = DomainName(trusted: [0])

    /// Takes over octets that are known to be one valid name.
    package init(trusted wire: [UInt8]) { self.wire = wire }

    /// Takes an uncompressed name that must fill `wire` exactly.
    public init(wire: some Sequence<UInt8>) throws(NameError) {
        let octets = Array(wire)
        guard octets.count <= Self.maximumLength else { throw .nameTooLong }
        var offset = 0
        while offset < octets.count {
            let length = Int(octets[offset])
            guard length <= Self.maximumLabelLength else { throw .labelTooLong }
            offset += 1 + length
            if length == 0 { break }
        }
        guard offset == octets.count, octets.last == 0 else { throw .notTerminated }
        self.wire = octets
    }
}

/// Why octets or text are not a domain name.
public enum NameError: Error, Equatable, Sendable {
    case empty
    case emptyLabel
    case labelTooLong
    case nameTooLong
    case badEscape
    case notTerminated
    /// A compression pointer does not point strictly backwards.
    case forwardPointer
}

extension DomainName {
    /// The octet that `octet` compares as: ASCII letters in lower case, all else as it is (RFC 4343).
    @inline(__always)
    public static func canonical(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// The wire form in lower case.
    public var canonicalWire: [UInt8] { wire.map(Self.canonical) }

    public var isRoot: Bool { wire.count == 1 }

    public var isWildcard: Bool { wire.count > 2 && wire[0] == 1 && wire[1] == UInt8(ascii: "*") }

    /// How many labels, the root not counted.
    public var labelCount: Int { labelOffsets.count }

    /// Where each label starts, the root not among them.
    package var labelOffsets: [Int] {
        var offsets: [Int] = []
        var offset = 0
        while wire[offset] != 0 {
            offsets.append(offset)
            offset += 1 + Int(wire[offset])
        }
        return offsets
    }

    /// The name without its first label; nil for the root.
    public var parent: DomainName? {
        isRoot ? nil : DomainName(trusted: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// Whether this name is `other` or lies below it.
    public func isAtOrBelow(_ other: DomainName) -> Bool {
        let start = wire.count - other.wire.count
        guard start >= 0, start == 0 || labelOffsets.contains(start) || other.isRoot else { return false }
        return zip(wire[start...], other.wire).allSatisfy { Self.canonical($0) == Self.canonical($1) }
    }
}

extension DomainName: Hashable {
    public static func == (left: DomainName, right: DomainName) -> Bool {
        left.wire.count == right.wire.count
            && zip(left.wire, right.wire).allSatisfy { canonical($0) == canonical($1) }
    }

    public func hash(into hasher: inout Hasher) {
        for octet in wire { hasher.combine(Self.canonical(octet)) }
    }
}
