// What is true of every answer of an authoritative server, whatever the query was.

internal import CLDNS
package import DNSCore

/// An answer, held to the rules that need no knowledge of the zone.
package struct AnswerRules {
    let query: WireMessage
    let answer: WireMessage
    let transport: Transport
    let maximumPayload: Int

    /// Checks an answer; an empty one is none.
    /// - Returns: the answer, if there is one.
    @discardableResult
    package static func check(
        _ answer: [UInt8], to query: [UInt8], over transport: Transport, maximumPayload: Int
    ) -> WireMessage? {
        let mustAnswer = query.count >= 12 && query[2] & 0x80 == 0
        demand(answer.isEmpty != mustAnswer, "answered, though it must not be; or the other way round")
        guard mustAnswer else { return nil }
        demand(answer.count >= 12, "no whole header")
        let rules = AnswerRules(
            query: WireMessage(query, skipsOwners: true), answer: WireMessage(answer), transport: transport,
            maximumPayload: maximumPayload)
        rules.checkHeader()
        rules.checkForm()
        rules.checkEDNS()
        rules.checkRecordSets()
        rules.checkSections()
        if let question = rules.answer.questions.first { rules.checkChain(from: question.name, question.type) }
        return rules.answer
    }

    private func checkHeader() {
        demand(answer.octets[..<2] == query.octets[..<2], "another ID")
        demand(answer.flags & 0x8000 != 0, "QR is not set")
        demand(answer.opcode == query.opcode, "another opcode")
        demand(answer.flags & 0x0100 == query.flags & 0x0100, "RD is not echoed")
        demand(answer.flags & 0x00e0 == 0, "RA, Z or AD is set")
    }

    private func checkForm() {
        demand(answer.isComplete && answer.end == answer.octets.count, "not well formed: \(hex(answer.octets))")
        var packet: UnsafeMutablePointer<ldns_pkt>?
        let status = unsafe ldns_wire2pkt(&packet, answer.octets, answer.octets.count)
        demand(status == LDNS_STATUS_OK, "libldns cannot read \(hex(answer.octets)): \(status.rawValue)")
        unsafe ldns_pkt_free(packet)
        for record in answer.sections.joined() { checkData(of: record) }
        guard let question = answer.questions.first else {
            return demand(answer.octets.count <= 12 || !answer.optRecords.isEmpty, "records without a question")
        }
        demand(answer.questions.count == 1 && !question.name.isCompressed, "not one plain question")
        demand(
            query.octets.count >= answer.questionEnd
                && query.octets[12..<answer.questionEnd] == answer.octets[12..<answer.questionEnd],
            "the question is not echoed octet by octet")
    }

    /// Names that may be compressed (RFC 3597 §4) or may not, and fields of one length.
    private func checkData(of record: WireMessage.Record) {
        let start = record.data.lowerBound
        switch record.type {
        case 1: demand(record.data.count == 4, "A of \(record.data.count) octets")
        case 28: demand(record.data.count == 16, "AAAA of \(record.data.count) octets")
        case 2, 5, 12: demand(end(ofNameAt: start) == record.data.upperBound, "a name does not fill its RDATA")
        case 15: demand(end(ofNameAt: start + 2) == record.data.upperBound, "a name does not fill MX")
        case 6:
            let names = end(ofNameAt: start).flatMap { end(ofNameAt: $0) }
            demand(names.map { $0 + 20 } == record.data.upperBound, "SOA is not two names and five numbers")
        case 39: demand(end(ofPlainNameAt: start) == record.data.upperBound, "DNAME, or compressed")
        case 33: demand(end(ofPlainNameAt: start + 6) == record.data.upperBound, "SRV, or compressed")
        default: break
        }
    }

    private func end(ofNameAt offset: Int) -> Int? { WireName(answer.octets, at: offset)?.end }

    private func end(ofPlainNameAt offset: Int) -> Int? {
        WireName(answer.octets, at: offset).flatMap { $0.isCompressed ? nil : $0.end }
    }

    /// OPT only when asked (RFC 6891 §7), and sizes (§6.2.3).
    private func checkEDNS() {
        let asked = query.optRecords.first
        let given = answer.optRecords
        demand(given.count <= 1 && (given.isEmpty || asked != nil), "OPT twice, or not asked for")
        if let opt = given.first {
            demand(opt.owner.labels.isEmpty && answer.sections[2].contains { $0.type == 41 }, "OPT out of place")
            demand(opt.timeToLive >> 16 & 0xff == 0, "another version of EDNS")
            demand(opt.timeToLive & 0x8000 == (asked?.timeToLive ?? 0) & 0x8000, "DO is not echoed")
            demand(opt.timeToLive & 0x7fff == 0, "unknown flags of EDNS")
        } else if [0, 3].contains(answer.code) {
            demand(asked == nil, "no OPT, though asked for")
        }
        demand(answer.octets.count <= limit, "\(answer.octets.count) octets, more than \(limit)")
    }

    /// What the client and we can take.
    var limit: Int {
        if transport != .udp { return 65_535 }
        guard !answer.optRecords.isEmpty, let asked = query.optRecords.first else { return 512 }
        return max(512, min(asked.recordClass, maximumPayload))
    }
}
