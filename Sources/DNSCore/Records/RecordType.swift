// Resource record types and classes: open number spaces (RFC 1035 §3.2, RFC 3597).

/// A record or query type. Any 16-bit number is valid; the ones that the server treats specially have names here.
public struct RecordType: RawRepresentable, BitwiseCopyable, Hashable, Sendable {
    public let rawValue: UInt16
    @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inline(__always)
    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    public static var a: RecordType { RecordType(rawValue: 1) }
    public static var ns: RecordType { RecordType(rawValue: 2) }
    public static var cname: RecordType { RecordType(rawValue: 5) }
    public static var soa: RecordType { RecordType(rawValue: 6) }
    public static var ptr: RecordType { RecordType(rawValue: 12) }
    public static var mx: RecordType { RecordType(rawValue: 15) }
    public static var txt: RecordType { RecordType(rawValue: 16) }
    public static var aaaa: RecordType { RecordType(rawValue: 28) }
    public static var srv: RecordType { RecordType(rawValue: 33) }
    public static var dname: RecordType { RecordType(rawValue: 39) }
    public static var opt: RecordType { RecordType(rawValue: 41) }
    public static var ds: RecordType { RecordType(rawValue: 43) }
    public static var tsig: RecordType { RecordType(rawValue: 250) }
    public static var ixfr: RecordType { RecordType(rawValue: 251) }
    public static var axfr: RecordType { RecordType(rawValue: 252) }
    public static var any: RecordType { RecordType(rawValue: 255) }
}

/// A record or query class. Zones are always IN.
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inline(__always)
    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    public static var internet: RecordClass { RecordClass(rawValue: 1) }
    /// CH: what servers say of themselves (RFC 4892).
    public static var chaos: RecordClass { RecordClass(rawValue: 3) }
    public static var any: RecordClass { RecordClass(rawValue: 255) }
}
