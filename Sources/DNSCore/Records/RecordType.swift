// Resource record types and classes: open number spaces (RFC 1035 §3.2, RFC 3597).

/// A record or query type. Any 16-bit number is valid; the ones that the server treats specially have names here.
public struct RecordType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let a = RecordType(rawValue: 1)
    public static let ns = RecordType(rawValue: 2)
    public static let cname = RecordType(rawValue: 5)
    public static let soa = RecordType(rawValue: 6)
    public static let ptr = RecordType(rawValue: 12)
    public static let mx = RecordType(rawValue: 15)
    public static let txt = RecordType(rawValue: 16)
    public static let aaaa = RecordType(rawValue: 28)
    public static let srv = RecordType(rawValue: 33)
    public static let dname = RecordType(rawValue: 39)
    public static let opt = RecordType(rawValue: 41)
    public static let ds = RecordType(rawValue: 43)
    public static let tsig = RecordType(rawValue: 250)
    public static let ixfr = RecordType(rawValue: 251)
    public static let axfr = RecordType(rawValue: 252)
    public static let any = RecordType(rawValue: 255)
}

/// A record or query class. Zones are always IN.
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let internet = RecordClass(rawValue: 1)
    public static let any = RecordClass(rawValue: 255)
}
