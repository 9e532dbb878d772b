// Reads a query message: header and question (RFC 1035 §4.1) and the OPT record (RFC 6891 §6.1). Every octet of it is
// hostile until read. What cannot be answered leaves as a `Rejection`.

/// What a query asks and how it may be answered. Its name is in the worker's `QueryName`.
struct Query {
    var type: RecordType
    var recordClass: RecordClass
    /// Octets of the header and the question, which an answer repeats as they came; the header's alone if there is no
    /// question, or more than one.
    var questionEnd: Int
    var edns: EDNS?

    var hasQuestion: Bool { questionEnd > Header.length }
}

/// Why a message is not a query that can be answered.
enum Rejection: Error {
    /// Not answered at all: too short for a header, or itself an answer.
    case drop
    /// Answered with a header only, as nothing after it could be made out.
    case header(ResponseCode)
    /// Answered with header, question and OPT.
    case question(ResponseCode, Query)
}

/// Octets of a message's header.
enum Header {
    static var length: Int { 12 }
    /// Octet 2: QR, opcode, AA, TC, RD.
    static var response: UInt8 { 0x80 }
    static var opcode: UInt8 { 0x78 }
    static var authoritative: UInt8 { 0x04 }
    static var truncated: UInt8 { 0x02 }
    static var recursionDesired: UInt8 { 0x01 }
}

extension Query {
    /// Reads a whole message; its question's name goes into `name`.
    init(_ message: borrowing Span<UInt8>, over transport: Transport, name: inout QueryName) throws(Rejection) {
        guard message.count >= Header.length, message[2] & Header.response == 0 else { throw .drop }
        let isQuery = Opcode(rawValue: message[2] >> 3 & 0xf) == .query
        // Other opcodes lay their messages out alike (RFC 1996, RFC 2136), so their OPT can be found.
        let problem = isQuery ? ResponseCode.formatError : .notImplemented
        type = RecordType(rawValue: 0)
        recordClass = RecordClass(rawValue: 0)
        questionEnd = Header.length
        edns = nil
        let questions = Int(message.integer(at: 4))
        guard let end = readQuestion(message, questions, &name) else { throw .header(problem) }
        let isWhole = readRecords(message, from: end, transport)
        // Without its name, a question cannot be repeated, and more than one is none (RFC 9619 §4).
        guard isQuery, questions <= 1, isWhole else { throw .question(problem, self) }
        if let edns, edns.version != 0 { throw .question(.badVersion, self) }
        // A query without a question can only be about the cookie (RFC 7873 §5.4).
        guard questions == 1 || edns?.options.contains(.cookie) == true else { throw .question(.formatError, self) }
    }

    /// Reads the question, or walks over several.
    /// - Returns: where they end; nil if one is not whole.
    private mutating func readQuestion(_ message: Span<UInt8>, _ count: Int, _ name: inout QueryName) -> Int? {
        guard count == 1 else {
            var end = Header.length
            // Each takes five octets or more, so the length of the message bounds the loop.
            for _ in 0..<count {
                guard let fields = message.skipName(at: end), fields + 4 <= message.count else { return nil }
                end = fields + 4
            }
            return end
        }
        guard name.read(message, at: Header.length) else { return nil }
        let fields = Header.length + name.length
        guard fields + 4 <= message.count else { return nil }
        type = RecordType(rawValue: message.integer(at: fields))
        recordClass = RecordClass(rawValue: message.integer(at: fields + 2))
        questionEnd = fields + 4
        return questionEnd
    }

    /// Walks over what follows the question and takes note of OPT. Each record takes 11 octets or more, so the length
    /// of the message bounds the loop.
    /// - Returns: whether all records are whole, and nothing comes after them.
    private mutating func readRecords(_ message: Span<UInt8>, from start: Int, _ transport: Transport) -> Bool {
        let beforeAdditional = Int(message.integer(at: 6)) + Int(message.integer(at: 8))
        let count = beforeAdditional + Int(message.integer(at: 10))
        var offset = start
        for index in 0..<count {
            let owner = offset
            guard let fields = message.skipName(at: owner), fields + 10 <= message.count else { return false }
            let data = fields + 10
            offset = data + Int(message.integer(at: fields + 8))
            guard offset <= message.count else { return false }
            guard RecordType(rawValue: message.integer(at: fields)) == .opt else { continue }
            // One OPT, in the additional section, at the root (RFC 6891 §6.1.1).
            guard edns == nil, index >= beforeAdditional, fields == owner + 1 else { return false }
            var found = EDNS(
                payloadSize: message.integer(at: fields + 2), version: message[fields + 5],
                wantsDNSSEC: message[fields + 6] & 0x80 != 0)
            var isWhole = true
            // What another version's options look like is not known.
            if found.version == 0 { isWhole = found.readOptions(message, from: data, to: offset, transport) }
            if !isWhole { found.options = EDNS.Options() }
            edns = found
            guard isWhole else { return false }
        }
        return offset == message.count
    }
}

extension Span<UInt8> {
    /// The 16-bit integer at `offset`, most significant octet first.
    @inline(__always)
    func integer(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    /// The 64-bit integer at `offset`, most significant octet first.
    func longInteger(at offset: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<8 { value = value << 8 | UInt64(self[offset + index]) }
        return value
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
