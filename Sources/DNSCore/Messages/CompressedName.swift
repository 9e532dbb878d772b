// Names with compression (RFC 1035 §4.1.4), as clients and transfers meet them. A pointer must point strictly before
// the place where the name, or the part of it that led there, began: so no chain of pointers can loop (RFC 9267 §2).

extension DomainName {
    /// Reads the name at `offset` of a message.
    /// - Returns: the name and the offset of what follows it.
    public static func read(_ message: Span<UInt8>, at offset: Int) throws(NameError) -> (DomainName, end: Int) {
        var wire: [UInt8] = []
        var position = offset
        var limit = offset
        var end: Int?
        while position < message.count {
            let octet = message[position]
            switch octet {
            case 0:
                wire.append(0)
                return (DomainName(trusted: wire), end ?? position + 1)
            case 1...63:
                let next = position + 1 + Int(octet)
                guard next <= message.count else { throw .notTerminated }
                guard wire.count + 2 + Int(octet) <= maximumLength else { throw .nameTooLong }
                for index in position..<next { wire.append(message[index]) }
                position = next
            case 0xc0...:
                guard position + 2 <= message.count else { throw .notTerminated }
                let target = Int(message.integer(at: position) & 0x3fff)
                guard target < limit else { throw .forwardPointer }
                end = end ?? position + 2
                limit = target
                position = target
            default:
                throw .labelTooLong
            }
        }
        throw .notTerminated
    }
}
