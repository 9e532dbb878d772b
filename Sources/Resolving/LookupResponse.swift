// What a name server says of a question: the chain of CNAMEs from the name that was asked for, and what stands at its end
// (RFC 1034 §5.3.3, RFC 2308). Records that no link of the chain leads to are nobody's business here, and are not looked at
// (RFC 5452 §6, RFC 2181 §5.4.1).

package import DNSCore

/// An answer to a `LookupQuery`.
package enum LookupResponse: Hashable, Sendable {
    /// Never empty; the TTL is the lowest of the chain and the addresses.
    case addresses([IPAddress], timeToLive: UInt32)
    /// The chain ends at a name of which the server says nothing: that is to be asked for.
    case alias(DomainName, timeToLive: UInt32)
    /// The name at the end of the chain has none (NODATA), and may be asked for again after so many seconds.
    case noAddress(timeToLive: UInt32)
    /// The name at the end of the chain does not exist.
    case noName(timeToLive: UInt32)
    /// No records, but an error.
    case failure(ResponseCode)
    /// The server does not know, and says who does: it does not resolve for others.
    case referral
    /// There is more than a datagram takes: ask over TCP.
    case truncated

    /// CNAMEs that are followed within one response.
    private static let longestChain = 16

    /// Reads the answer to `query`.
    /// - Returns: nil if it is the answer to something else: it must then be as if it had never come (RFC 5452 §9.1).
    package init?(_ message: [UInt8], to query: LookupQuery) throws {
        var reader = MessageReader(message)
        guard let header = try? Header(&reader), header.answers(query),
            let name = try? reader.name(), name == query.name,
            let type = try? reader.short(), type == query.type.rawValue,
            let recordClass = try? reader.short(), recordClass == 1
        else { return nil }
        self = try header.isTruncated ? .truncated : Self.read(&reader, header, query)
    }

    private static func read(
        _ reader: inout MessageReader, _ header: Header, _ query: LookupQuery
    ) throws(MalformedMessage) -> LookupResponse {
        guard header.code == .noError || header.code == .nameError else { return .failure(header.code) }
        var answer = Records()
        for _ in 0..<header.answerCount { try answer.add(Record(&reader), wanted: query.type) }
        var authority = Records()
        for _ in 0..<header.authorityCount { try authority.add(Record(&reader), wanted: query.type) }
        var name = query.name
        var timeToLive = UInt32.max
        var length = 0
        while answer.addresses[name] == nil, let link = answer.aliases[name], length < longestChain {
            name = link.target
            timeToLive = min(timeToLive, link.timeToLive)
            length += 1
        }
        if let found = answer.addresses[name] {
            return .addresses(found.values, timeToLive: min(timeToLive, found.timeToLive))
        }
        let negative = min(timeToLive, authority.negativeTimeToLive ?? 0)
        if header.code == .nameError { return .noName(timeToLive: negative) }
        if length > 0, authority.negativeTimeToLive == nil { return .alias(name, timeToLive: timeToLive) }
        let isReferral = authority.hasNameServers && authority.negativeTimeToLive == nil && !header.isAuthoritative
        return isReferral ? .referral : .noAddress(timeToLive: negative)
    }
}

/// The first twelve octets (RFC 1035 §4.1.1).
private struct Header {
    let id: UInt16
    let flags: UInt16
    let questionCount: UInt16
    let answerCount: UInt16
    let authorityCount: UInt16

    init(_ reader: inout MessageReader) throws(MalformedMessage) {
        id = try reader.short()
        flags = try reader.short()
        questionCount = try reader.short()
        answerCount = try reader.short()
        authorityCount = try reader.short()
        _ = try reader.short()
    }

    var isTruncated: Bool { flags & 0x0200 != 0 }
    var isAuthoritative: Bool { flags & 0x0400 != 0 }
    var code: ResponseCode { ResponseCode(rawValue: flags & 0x000f) }

    /// Whether it is a response to a query of this number.
    func answers(_ query: LookupQuery) -> Bool {
        let (response, opcode): (UInt16, UInt16) = (0x8000, 0x7800)
        return id == query.id && flags & (response | opcode) == response && questionCount == 1
    }
}

/// One record, as far as it says something to us.
private struct Record {
    enum Content {
        case address(IPAddress)
        case alias(DomainName)
        case nameServer
        /// SOA, with its MINIMUM field.
        case authority(minimum: UInt32)
        case other
    }

    let owner: DomainName
    let type: RecordType
    let timeToLive: UInt32
    let content: Content

    init(_ reader: inout MessageReader) throws(MalformedMessage) {
        owner = try reader.name()
        type = RecordType(rawValue: try reader.short())
        let isInternet = try reader.short() == 1
        // A TTL with the first bit set counts as 0 (RFC 2181 §8).
        timeToLive = { $0 >> 31 == 0 ? $0 : 0 }(try reader.long())
        let length = Int(try reader.short())
        let start = reader.offset
        content = isInternet ? try Self.content(of: type, length, &reader) : .other
        guard reader.offset <= start + length else { throw MalformedMessage(offset: start) }
        _ = try reader.octets(start + length - reader.offset)
    }

    private static func content(
        of type: RecordType, _ length: Int, _ reader: inout MessageReader
    ) throws(MalformedMessage) -> Content {
        let start = reader.offset
        switch type {
        case .a where length == 4: return .address(.v4(try reader.long()))
        case .aaaa where length == 16:
            let high = UInt64(try reader.long()) << 32 | UInt64(try reader.long())
            return .address(.v6(high, UInt64(try reader.long()) << 32 | UInt64(try reader.long())))
        case .a, .aaaa: throw MalformedMessage(offset: start)
        case .cname:
            let target = try reader.name()
            // The name must fill the data.
            guard reader.offset == start + length else { throw MalformedMessage(offset: start) }
            return .alias(target)
        case .ns: return .nameServer
        case .soa:
            _ = try reader.name()
            _ = try reader.name()
            for _ in 0..<4 { _ = try reader.long() }
            return .authority(minimum: try reader.long())
        default: return .other
        }
    }
}

/// The records of one section, by their owners.
private struct Records {
    var addresses: [DomainName: (values: [IPAddress], timeToLive: UInt32)] = [:]
    var aliases: [DomainName: (target: DomainName, timeToLive: UInt32)] = [:]
    var hasNameServers = false
    /// How long the absence of something may be kept: the lower of the SOA's TTL and its MINIMUM field (RFC 2308 §5).
    var negativeTimeToLive: UInt32?

    mutating func add(_ record: Record, wanted type: RecordType) {
        switch record.content {
        case .address(let address) where record.type == type:
            var known = addresses[record.owner] ?? ([], .max)
            if !known.values.contains(address) { known.values.append(address) }
            known.timeToLive = min(known.timeToLive, record.timeToLive)
            addresses[record.owner] = known
        case .alias(let target): aliases[record.owner] = aliases[record.owner] ?? (target, record.timeToLive)
        case .nameServer: hasNameServers = true
        case .authority(let minimum): negativeTimeToLive = min(record.timeToLive, minimum)
        case .address, .other: break
        }
    }
}
