// Opcodes and response codes: open number spaces (RFC 1035 §4.1.1, RFC 6895 §2.2 and §2.3).

/// What a message asks to be done; 4 bits.
public struct Opcode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    @inline(__always)
    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    public static var query: Opcode { Opcode(rawValue: 0) }
}

/// How an answer came out; 12 bits, of which the upper 8 travel in the OPT record (RFC 6891 §6.1.3).
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inline(__always)
    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    public static var noError: ResponseCode { ResponseCode(rawValue: 0) }
    public static var formatError: ResponseCode { ResponseCode(rawValue: 1) }
    public static var serverFailure: ResponseCode { ResponseCode(rawValue: 2) }
    public static var nameError: ResponseCode { ResponseCode(rawValue: 3) }
    public static var notImplemented: ResponseCode { ResponseCode(rawValue: 4) }
    public static var refused: ResponseCode { ResponseCode(rawValue: 5) }
    /// YXDOMAIN: what a DNAME makes of the name is too long (RFC 6672 §2.2).
    public static var nameTooLong: ResponseCode { ResponseCode(rawValue: 6) }
    public static var badVersion: ResponseCode { ResponseCode(rawValue: 16) }
    /// BADCOOKIE: only for queries that are about the cookie alone (RFC 7873 §5.4).
    public static var badCookie: ResponseCode { ResponseCode(rawValue: 23) }
}

/// Why an answer is what it is, for people (RFC 8914 §4).
struct ExtendedError {
    let rawValue: UInt16

    /// None of the registry's causes.
    static var other: ExtendedError { ExtendedError(rawValue: 0) }
    /// Nobody is in service, and the operator wants no other answer then.
    static var noTarget: ExtendedError { other }
    static var prohibited: ExtendedError { ExtendedError(rawValue: 18) }
    static var notAuthoritative: ExtendedError { ExtendedError(rawValue: 20) }
    static var notSupported: ExtendedError { ExtendedError(rawValue: 21) }
    /// The zone is ours, and its file cannot be read.
    static var invalidData: ExtendedError { ExtendedError(rawValue: 24) }

    /// What the code alone does not say (EXTRA-TEXT).
    var text: StaticString { rawValue == 0 ? "no target of the pool is in service" : "" }
}
