// A stored RRset: its records as they go on the wire, made once at load. Only pointers depend on where in a message it
// lands, so an answer is a copy and, away from the usual place, a few patched pointers.

/// One RRset of a zone. Its octets are in `ZoneContents.octets`, its references in `ZoneContents.references`.
struct RecordSet: BitwiseCopyable, Sendable {
    var type: RecordType
    var recordCount: UInt16
    /// Octets `start ..< start + length`: whole records, each with a pointer to its owner in front.
    var start: UInt32
    var length: UInt16
    /// How many compression pointers its RDATA has, and how many hosts it names; both follow one another from
    /// `references` on.
    var pointerCount: UInt16
    var hostCount: UInt16
    var timeToLive: UInt32
    var references: UInt32

    /// Where the owner's pointer points when the set answers its own name: the question's name.
    static var ownerPointer: UInt16 { 0xc000 | UInt16(Header.length) }
    /// In `references`, in place of where a host's name stands: the host is the owner itself.
    static var ownerPlace: UInt32 { .max }
    /// Octets of a record between its owner and its RDATA: type, class, TTL, RDLENGTH.
    static var fixedLength: Int { 10 }
    /// A set that takes more cannot be sent in one message with a question before and OPT after it.
    static var maximumLength: Int { 65_535 - Header.length - 255 - 4 - 11 }
}

extension RecordType {
    /// Marks a stored POOL. It is not a type on the wire: 0 is reserved (RFC 6895 §3.1).
    static var pool: RecordType { RecordType(rawValue: 0) }
}
