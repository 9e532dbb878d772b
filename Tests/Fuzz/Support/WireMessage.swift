// Reads whole messages once more, octet by octet (RFC 1035 §4.1), by code that shares nothing with the code under test.

/// A message that is well formed up to `end`.
package struct WireMessage {
    package struct Record {
        package var owner: WireName
        package var type: Int
        package var recordClass: Int
        package var timeToLive: Int
        /// Where its data stands.
        package var data: Range<Int>
    }

    package var octets: [UInt8]
    package var questions: [(name: WireName, type: Int, recordClass: Int)] = []
    /// Answer, authority, additional.
    package var sections: [[Record]] = [[], [], []]
    package var questionEnd = 12
    private var skipsOwners = false
    /// Where reading ended; the message's length if all of it could be read.
    package private(set) var end = 12
    /// Whether the counts of the header were reached.
    package private(set) var isComplete = false

    /// Reads as far as it can. The message has a header.
    /// - Parameter skipsOwners: does not read the owners of records: in queries nobody looks at them.
    package init(_ octets: [UInt8], skipsOwners: Bool = false) {
        self.octets = octets
        self.skipsOwners = skipsOwners
        isComplete = readQuestions() && (0..<3).allSatisfy { readSection($0) }
    }

    package var flags: Int { integer(2) }
    package var code: Int { Int(octets[3] & 0xf) | extendedCode << 4 }
    package var opcode: Int { flags >> 11 & 0xf }
    package var isAuthoritative: Bool { flags & 0x0400 != 0 }
    package var isTruncated: Bool { flags & 0x0200 != 0 }
    package var optRecords: [Record] { sections.joined().filter { $0.type == 41 } }
    private var extendedCode: Int { optRecords.first.map { $0.timeToLive >> 24 } ?? 0 }

    /// Two octets as a number.
    package func integer(_ offset: Int) -> Int { Int(octets[offset]) << 8 | Int(octets[offset + 1]) }

    private mutating func readQuestions() -> Bool {
        for _ in 0..<integer(4) {
            // Of several questions, which nobody can answer, nobody looks at the names either.
            let isSkipped = skipsOwners && integer(4) > 1
            let read = isSkipped ? WireName(skipping: octets, at: end) : WireName(octets, at: end)
            guard let name = read, name.end + 4 <= octets.count else { return false }
            questions.append((name, integer(name.end), integer(name.end + 2)))
            end = name.end + 4
            questionEnd = end
        }
        return true
    }

    private mutating func readSection(_ section: Int) -> Bool {
        for _ in 0..<integer(6 + 2 * section) {
            let name = skipsOwners ? WireName(skipping: octets, at: end) : WireName(octets, at: end)
            guard let owner = name, owner.end + 10 <= octets.count else { return false }
            let fields = owner.end
            let data = fields + 10..<fields + 10 + integer(fields + 8)
            guard data.upperBound <= octets.count else { return false }
            sections[section].append(
                Record(
                    owner: owner, type: integer(fields), recordClass: integer(fields + 2),
                    timeToLive: integer(fields + 4) << 16 | integer(fields + 6), data: data))
            end = data.upperBound
        }
        return true
    }
}

extension WireMessage {
    /// Whether an edns-tcp-keepalive option (RFC 7828 §3.1) has data.
    var saysKeepaliveTimeout: Bool {
        for record in optRecords {
            var option = record.data.lowerBound
            while option + 4 <= record.data.upperBound {
                if integer(option) == 11, integer(option + 2) > 0 { return true }
                option += 4 + integer(option + 2)
            }
        }
        return false
    }
}
