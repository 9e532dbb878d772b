// Reads a query message: header and question (RFC 1035 §4.1) and the OPT record (RFC 6891 §6.1). Every octet of it is
// hostile until read. What cannot be answered leaves as a `Rejection`.

/// What a query asks and how it may be answered. Its name is in the worker's `QueryName`.
struct Query {
    var type: RecordType
    var recordClass: RecordClass
    /// Octets of the header and the question, which an answer repeats as they came.
    var questionEnd: Int
    var edns: EDNS?
}

/// What the sender's OPT record says of itself.
struct EDNS {
    /// The largest UDP payload that it can take.
    var payloadSize: UInt16
    var version: UInt8
    /// DNSSEC OK, which is repeated in the answer (RFC 3225 §3).
    var wantsDNSSEC: Bool
}

/// Why a message is not a query that can be answered.
enum Rejection: Error {
    /// Not answered at all: too short for a header, or itself an answer.
    case drop
    /// Answered with a header only, as nothing after it could be made out.
    case header(ResponseCode)
    /// Answered with header and question.
    case question(ResponseCode, Query)
}

/// Octets of a message's header.
enum Header {
    static var length: Int { 12 }
    /// Octet 2: QR, opcode, AA, TC, RD.
    static var response: UInt8 { 0x80 }
    static var authoritative: UInt8 { 0x04 }
    static var truncated: UInt8 { 0x02 }
    static var recursionDesired: UInt8 { 0x01 }
}

extension Query {
    /// Reads a whole message; its question's name goes into `name`.
    init(_ message: borrowing Span<UInt8>, name: inout QueryName) throws(Rejection) {
        guard message.count >= Header.length, message[2] & Header.response == 0 else { throw .drop }
        guard Opcode(rawValue: message[2] >> 3 & 0xf) == .query else { throw .header(.notImplemented) }
        guard message.integer(at: 4) == 1, name.read(message, at: Header.length) else { throw .header(.formatError) }
        let typeOffset = Header.length + name.length
        guard typeOffset + 4 <= message.count else { throw .header(.formatError) }
        type = RecordType(rawValue: message.integer(at: typeOffset))
        recordClass = RecordClass(rawValue: message.integer(at: typeOffset + 2))
        questionEnd = typeOffset + 4
        edns = nil
        try readRecords(message)
        if let edns, edns.version != 0 { throw .question(.badVersion, self) }
    }

    /// Walks over what follows the question and takes note of OPT. Each record takes 11 octets or more, so the length
    /// of the message bounds the loop. Octets after the last record are an error.
    private mutating func readRecords(_ message: Span<UInt8>) throws(Rejection) {
        let beforeAdditional = Int(message.integer(at: 6)) + Int(message.integer(at: 8))
        let count = beforeAdditional + Int(message.integer(at: 10))
        var offset = questionEnd
        for index in 0..<count {
            let owner = offset
            guard let fields = message.skipName(at: owner), fields + 10 <= message.count else {
                throw .question(.formatError, self)
            }
            offset = fields + 10 + Int(message.integer(at: fields + 8))
            guard offset <= message.count else { throw .question(.formatError, self) }
            guard RecordType(rawValue: message.integer(at: fields)) == .opt else { continue }
            // One OPT, in the additional section, at the root (RFC 6891 §6.1.1).
            guard edns == nil, index >= beforeAdditional, fields == owner + 1,
                message.hasWholeOptions(from: fields + 10, to: offset)
            else {
                throw .question(.formatError, self)
            }
            edns = EDNS(
                payloadSize: message.integer(at: fields + 2), version: message[fields + 5],
                wantsDNSSEC: message[fields + 6] & 0x80 != 0)
        }
        guard offset == message.count else { throw .question(.formatError, self) }
    }
}

extension Span<UInt8> {
    /// The 16-bit integer at `offset`, most significant octet first.
    @inline(__always)
    func integer(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    /// Whether EDNS options (code, length, data) fill a range that lies within the message (RFC 6891 §6.1.2).
    func hasWholeOptions(from start: Int, to end: Int) -> Bool {
        var offset = start
        while offset < end {
            guard offset + 4 <= end else { return false }
            offset += 4 + Int(integer(at: offset + 2))
        }
        return offset == end
    }

    /// Where the name at `offset` ends; nil if it does not. Pointers are not followed: their owner is not looked at.
    func skipName(at offset: Int) -> Int? {
        var end = offset
        while end < count, end - offset < DomainName.maximumLength {
            let octet = self[end]
            if octet == 0 { return end + 1 }
            if octet >= 0xc0 { return end + 2 <= count ? end + 2 : nil }
            guard octet <= DomainName.maximumLabelLength else { return nil }
            end += 1 + Int(octet)
        }
        return nil
    }
}
