// Walks over an answer octet by octet and holds it to what RFC 1035 §4.1 says of every message.

package import DNSCore

/// The parts of a message that is well formed to its last octet.
package struct MessageWalker {
    package struct Record {
        package var owner: DomainName
        package var type: UInt16
        package var recordClass: UInt16
        package var timeToLive: UInt32
        /// Where its data stands in the message.
        package var data: Range<Int>
    }

    package var octets: [UInt8]
    /// Answer, authority, additional.
    package var sections: [[Record]] = []
    package var questionEnd = 12

    package var answer: [Record] { sections[0] }

    package init(_ octets: [UInt8]) throws {
        self.octets = octets
        guard octets.count >= 12 else { throw TestTextError("no header") }
        var offset = 12
        for _ in 0..<integer(4) {
            offset = try DomainName.read(octets.span, at: offset).end + 4
        }
        questionEnd = offset
        for section in 0..<3 {
            var records: [Record] = []
            for _ in 0..<integer(6 + 2 * section) {
                let (owner, fields) = try DomainName.read(octets.span, at: offset)
                guard fields + 10 <= octets.count else { throw TestTextError("a record is cut short") }
                let data = fields + 10..<fields + 10 + integer(fields + 8)
                guard data.upperBound <= octets.count else { throw TestTextError("RDATA over the end") }
                records.append(
                    Record(
                        owner: owner, type: UInt16(integer(fields)), recordClass: UInt16(integer(fields + 2)),
                        timeToLive: UInt32(integer(fields + 4)) << 16 | UInt32(integer(fields + 6)), data: data))
                offset = data.upperBound
            }
            sections.append(records)
        }
        guard offset == octets.count else { throw TestTextError("\(octets.count - offset) octets too many") }
    }

    /// The options of the OPT record; nil if there is none.
    package var options: [QueryPacket.Option]? {
        guard let opt = sections[2].first(where: { $0.type == 41 }) else { return nil }
        var options: [QueryPacket.Option] = []
        var offset = opt.data.lowerBound
        while offset + 4 <= opt.data.upperBound {
            let end = offset + 4 + integer(offset + 2)
            options.append(QueryPacket.Option(UInt16(integer(offset)), Array(octets[offset + 4..<end])))
            offset = end
        }
        return options
    }

    /// Two octets as a number.
    package func integer(_ offset: Int) -> Int { Int(octets[offset]) << 8 | Int(octets[offset + 1]) }
}
