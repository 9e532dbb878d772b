// Reads what a name server has sent: octets that nobody vouches for. Every look is within bounds, and every loop ends.

internal import DNSCore

/// Why octets cannot be read as a message.
struct MalformedMessage: Error, Hashable {
    /// Of the octet that is wrong, or missing.
    var offset: Int
}

/// A place in a message.
struct MessageReader {
    private let message: [UInt8]
    private(set) var offset = 0

    /// A name has no more labels than this, and so no use for more pointers.
    private static let mostJumps = 127

    init(_ message: [UInt8]) { self.message = message }

    mutating func octet() throws(MalformedMessage) -> UInt8 {
        guard offset < message.count else { throw MalformedMessage(offset: offset) }
        defer { offset += 1 }
        return message[offset]
    }

    mutating func short() throws(MalformedMessage) -> UInt16 {
        UInt16(try octet()) << 8 | UInt16(try octet())
    }

    mutating func long() throws(MalformedMessage) -> UInt32 {
        UInt32(try short()) << 16 | UInt32(try short())
    }

    mutating func octets(_ count: Int) throws(MalformedMessage) -> [UInt8] {
        guard count <= message.count - offset else { throw MalformedMessage(offset: message.count) }
        defer { offset += count }
        return Array(message[offset..<offset + count])
    }

    /// Reads a name, which may be compressed (RFC 1035 §4.1.4). A pointer leads strictly backwards, before the part that it
    /// ends, so that following them comes to an end (RFC 9267 §2).
    mutating func name() throws(MalformedMessage) -> DomainName {
        var wire: [UInt8] = []
        var position = offset
        var partStart = offset
        var jumps = 0
        while true {
            guard position < message.count else { throw MalformedMessage(offset: position) }
            let length = Int(message[position])
            if length >= 0xc0 {
                guard position + 1 < message.count else { throw MalformedMessage(offset: position) }
                let target = (length & 0x3f) << 8 | Int(message[position + 1])
                guard target < partStart, jumps < Self.mostJumps else { throw MalformedMessage(offset: position) }
                if jumps == 0 { offset = position + 2 }
                jumps += 1
                position = target
                partStart = target
                continue
            }
            let end = position + 1 + length
            guard length <= DomainName.maximumLabelLength, end <= message.count,
                wire.count + 1 + length <= DomainName.maximumLength
            else { throw MalformedMessage(offset: position) }
            wire += message[position..<end]
            position = end
            if length == 0 { break }
        }
        if jumps == 0 { offset = position }
        return DomainName(trusted: wire)
    }
}
