// Reads a query message: header and question (RFC 1035 §4.1) and the OPT record (RFC 6891 §6.1). Every octet of it is
// hostile until read.

/// What a query asks and how it may be answered. Its name is in the worker's `QueryName`.
struct Query {
    var type = RecordType(rawValue: 0)
    var recordClass = RecordClass(rawValue: 0)
    /// Octets of the header and the question, which an answer repeats as they came; the header's alone if there is no
    /// question, or more than one.
    var questionEnd = Header.length
    var edns: EDNS?
    var standing = Standing.good
    /// Not `noError` if it is answered with an error because of how it is made.
    var problem = ResponseCode.noError

    var hasQuestion: Bool { questionEnd > Header.length }

    /// Whether its name is to be looked up in the zones, whatever its type then means.
    var isLookup: Bool {
        guard case .good = standing else { return false }
        return hasQuestion && (recordClass == .internet || recordClass == .any)
    }

    /// What can be done with a message.
    enum Standing {
        /// All of it was read: it is answered with its question, and OPT if it had one.
        case good
        /// Answered with a header alone, as what comes after it could not be made out.
        case header
        /// Not answered at all: too short for a header, or itself an answer.
        case drop
    }
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
    @inline(__always)
    init(_ message: borrowing Span<UInt8>, over transport: Transport, name: inout QueryName) {
        self.init()
        guard message.count >= Header.length, message[2] & Header.response == 0 else {
            standing = .drop
            return
        }
        let isQuery = Opcode(rawValue: message[2] >> 3 & 0xf) == .query
        // Other opcodes lay their messages out alike (RFC 1996, RFC 2136), so their OPT can be found.
        problem = isQuery ? .noError : .notImplemented
        let counts = message.integer(at: 4, as: UInt64.self)
        let questions = Int(counts >> 48)
        guard let end = readQuestion(message, questions, &name) else {
            standing = .header
            if isQuery { problem = .formatError }
            return
        }
        let isWhole = readRecords(message, from: end, counts, transport)
        guard isQuery else { return }
        // Without its name, a question cannot be repeated, and more than one is none (RFC 9619 §4).
        if questions > 1 || !isWhole {
            problem = .formatError
        } else if let edns, edns.version != 0 {
            problem = .badVersion
        } else if questions == 0, edns?.options.contains(.cookie) != true {
            // A query without a question can only be about the cookie (RFC 7873 §5.4).
            problem = .formatError
        }
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
        let typeAndClass = message.integer(at: fields, as: UInt32.self)
        type = RecordType(rawValue: UInt16(truncatingIfNeeded: typeAndClass >> 16))
        recordClass = RecordClass(rawValue: UInt16(truncatingIfNeeded: typeAndClass))
        questionEnd = fields + 4
        return questionEnd
    }

    /// Walks over what follows the question and takes note of OPT. Each record takes 11 octets or more, so the length
    /// of the message bounds the loop.
    /// - Parameter counts: the header's four.
    /// - Returns: whether all records are whole, and nothing comes after them.
    private mutating func readRecords(
        _ message: Span<UInt8>, from start: Int, _ counts: UInt64, _ transport: Transport
    ) -> Bool {
        let beforeAdditional = Int(counts >> 32 & 0xffff) &+ Int(counts >> 16 & 0xffff)
        let count = beforeAdditional &+ Int(counts & 0xffff)
        var offset = start
        var index = 0
        while index < count {
            guard offset < message.count else { return false }
            let isRoot = message[offset] == 0
            guard let fields = isRoot ? offset &+ 1 : message.skipName(at: offset), fields &+ 10 <= message.count
            else { return false }
            let data = fields &+ 10
            offset = data &+ Int(message.integer(at: fields &+ 8))
            guard offset <= message.count else { return false }
            // Type, class and TTL, which OPT has other uses for.
            let fixed = message.integer(at: fields, as: UInt64.self)
            if RecordType(rawValue: UInt16(truncatingIfNeeded: fixed >> 48)) == .opt {
                // One OPT, in the additional section, at the root (RFC 6891 §6.1.1).
                guard edns == nil, index >= beforeAdditional, isRoot else { return false }
                guard readOPT(message, fixed, data, offset, transport) else { return false }
            }
            index &+= 1
        }
        return offset == message.count
    }

    /// - Returns: whether its options are whole.
    private mutating func readOPT(
        _ message: Span<UInt8>, _ fixed: UInt64, _ data: Int, _ end: Int, _ transport: Transport
    ) -> Bool {
        var found = EDNS(fixed)
        var isWhole = true
        // What another version's options look like is not known.
        if data < end, found.version == 0 { isWhole = found.readOptions(message, from: data, to: end, transport) }
        if !isWhole { found.options = EDNS.Options() }
        edns = found
        return isWhole
    }
}

extension Span<UInt8> {
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
