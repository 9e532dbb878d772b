// Reads a query message: header and question (RFC 1035 §4.1) and the OPT record (RFC 6891 §6.1). Every octet of it is
// hostile until read.

import Synchronization

/// One message as it was read: who asks what, how it may be answered, and where the answer is to be found. Scratch memory
/// of one worker, never copied.
struct Query: ~Copyable {
    private(set) var client = Client(.v4(0), over: .udp)
    /// What the access list says of the client.
    private(set) var isAllowed = true
    private(set) var type = RecordType(rawValue: 0)
    private(set) var recordClass = RecordClass(rawValue: 0)
    /// The question's name.
    var name = QueryName()
    /// Octets of the header and the question, which an answer repeats as they came; the header's alone if there is no
    /// question, or more than one.
    private(set) var questionEnd = Header.length
    private(set) var edns: EDNS?
    private(set) var standing = Standing.good
    /// Not `noError` if it is answered with an error because of how it is made.
    private(set) var problem = ResponseCode.noError
    /// Nil if it is no lookup, or no zone of ours encloses the name.
    private(set) var place: NamePlace?
    /// Gives it an address of its own: what has none is copied for each call.
    private let anchor = Atomic(false)

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
    /// Reads a message.
    @inline(__always)
    mutating func read(_ message: Span<UInt8>, from client: Client, _ image: borrowing ServingImage) {
        self.client = client
        standing = .drop
        place = nil
        isAllowed = image.access.allows(client.address)
        guard isAllowed || !image.access.drops else { return }
        readMessage(message)
    }

    /// Finds the zone of a name that was read.
    @inline(__always)
    mutating func findZone(_ image: borrowing ServingImage) {
        guard isLookup, let zone = image.zone(of: name, type) else { return }
        place = NamePlace(zone: zone)
    }

    /// Looks into the zone's slots, and at the entry that one of them leads to.
    /// - Returns: some octets of the entry, so that it is nothing superfluous.
    @inline(__always)
    mutating func findEntry(_ image: borrowing ServingImage) -> UInt64 {
        guard let zone = place?.zone, !image.isUnavailable(zone) else { return 0 }
        let entry = image[zone].likelyEntry(of: name)
        place = NamePlace(zone: zone, entry: entry)
        return image[zone].touch(entry)
    }

    /// Reads a whole message. What stands here of another message is overwritten, or not looked at.
    @inline(__always)
    private mutating func readMessage(_ message: Span<UInt8>) {
        questionEnd = Header.length
        edns = nil
        problem = .noError
        guard message.count >= Header.length, message[2] & Header.response == 0 else { return }
        standing = .good
        let isQuery = Opcode(rawValue: message[2] >> 3 & 0xf) == .query
        // Other opcodes lay their messages out alike (RFC 1996, RFC 2136), so their OPT can be found.
        if !isQuery { problem = .notImplemented }
        let counts = message.integer(at: 4, as: UInt64.self)
        let questions = Int(counts >> 48)
        guard let end = readQuestion(message, questions) else {
            standing = .header
            if isQuery { problem = .formatError }
            return
        }
        let isWhole = readRecords(message, from: end, counts)
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
    @inline(__always)
    private mutating func readQuestion(_ message: Span<UInt8>, _ count: Int) -> Int? {
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
    @inline(__always)
    private mutating func readRecords(_ message: Span<UInt8>, from start: Int, _ counts: UInt64) -> Bool {
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
                guard readOPT(message, fixed, data, offset) else { return false }
            }
            index &+= 1
        }
        return offset == message.count
    }

    /// - Returns: whether its options are whole.
    private mutating func readOPT(_ message: Span<UInt8>, _ fixed: UInt64, _ data: Int, _ end: Int) -> Bool {
        var found = EDNS(fixed)
        var isWhole = true
        // What another version's options look like is not known.
        if data < end, found.version == 0 {
            isWhole = found.readOptions(message, from: data, to: end, client.transport)
        }
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
