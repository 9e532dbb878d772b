// Which records may stand where: RRsets (RFC 2181 §5), negative answers (RFC 2308 §2), referrals and chains
// (RFC 1034 §4.3.2, RFC 6672 §3.2).

internal import DNSCore

extension AnswerRules {
    /// One TTL in each RRset, and no record twice.
    func checkRecordSets() {
        for records in answer.sections {
            var timesToLive: [[UInt8]: Int] = [:]
            var seen: Set<[UInt8]> = []
            for record in records where record.type != 41 {
                demand(record.recordClass == (recordClass == 3 ? 3 : 1), "a record of another class")
                let key =
                    record.owner.labels.joined(separator: [0x2e]) + [
                        UInt8(record.type >> 8), UInt8(record.type & 0xff),
                    ]
                let first = timesToLive[key, default: record.timeToLive]
                demand(first == record.timeToLive, "TTLs of one RRset differ")
                timesToLive[key] = first
                demand(seen.insert(key + answer.octets[record.data]).inserted, "a record stands twice")
            }
        }
    }

    private var recordClass: Int { answer.questions.first?.recordClass ?? 1 }

    /// What code, AA and the sections say together.
    func checkSections() {
        let (records, authority) = (answer.sections[0], answer.sections[1])
        demand(!answer.isTruncated || transport == .udp, "TC over TCP")
        switch answer.code {
        case 0:
            guard records.isEmpty, !answer.isTruncated, !answer.questions.isEmpty else { break }
            let types = Set(authority.map(\.type))
            guard recordClass != 3 else { return demand(types.isEmpty, "class CH has no SOA") }
            guard recordClass == 1 else { return demand(!answer.isAuthoritative, "AA for class ANY") }
            demand(types == (answer.isAuthoritative ? [6] : [2]), "neither SOA with AA nor a referral without")
        case 3:
            demand(answer.isAuthoritative == (recordClass == 1), "NXDOMAIN without AA, or for class ANY with it")
            demand(authority.map(\.type) == [6] || answer.isTruncated, "NXDOMAIN without SOA")
            demand(records.allSatisfy { [5, 39].contains($0.type) }, "NXDOMAIN with data")
        case 6:
            demand(records.contains { $0.type == 39 } || answer.isTruncated, "YXDOMAIN without DNAME")
        default:
            demand(!answer.isAuthoritative, "AA with code \(answer.code)")
            demand(answer.sections.joined().allSatisfy { $0.type == 41 }, "code \(answer.code) with records")
        }
    }

    /// Each record of the answer section belongs to the name asked for, or to where aliases led.
    func checkChain(from name: WireName, _ type: Int) {
        var current = name
        var synthesised: [[UInt8]]?
        // ANY goes on behind the CNAME that a DNAME makes, and ends at one of a zone (RFC 6672 §3.2).
        var isRedirected = false
        for record in answer.sections[0] {
            if record.type == 39, record.owner.labels != current.labels {
                demand(current.isAtOrBelow(record.owner), "a DNAME that is not above the name")
                let target = WireName(answer.octets, at: record.data.lowerBound)?.labels ?? []
                isRedirected = true
                synthesised = current.labels.dropLast(record.owner.labels.count) + target
                continue
            }
            demand(record.owner.labels == current.labels, "a record of another name: \(hex(answer.octets))")
            guard record.type == 5, type != 5, type != 255 || isRedirected else { continue }
            guard let target = WireName(answer.octets, at: record.data.lowerBound) else { continue }
            demand(synthesised == nil || synthesised == target.labels, "not the CNAME that the DNAME makes")
            synthesised = nil
            current = target
        }
    }
}

extension AnswerRules {
    /// Holds an answer over UDP to the one over TCP (RFC 2181 §9). For zones whose answers do not change by chance.
    package static func compare(
        _ short: WireMessage?, with whole: WireMessage?, to query: [UInt8], maximumPayload: Int
    ) {
        guard let short, let whole else { return demand(short == nil && whole == nil, "answered over one only") }
        let rules = AnswerRules(
            query: WireMessage(query, skipsOwners: true), answer: short, transport: .udp, maximumPayload: maximumPayload
        )
        if short.isTruncated {
            return demand(whole.octets.count > rules.limit, "TC, though all of it had fitted")
        }
        // An idle timeout in a query is an error over TCP (RFC 7828 §3.2.1), and not looked at over UDP.
        if whole.code == 1, short.code != 1, rules.query.saysKeepaliveTimeout { return }
        demand(short.code == whole.code && short.isAuthoritative == whole.isAuthoritative, "another code, or AA")
        for section in 0..<2 {
            demand(short.sections[section].count == whole.sections[section].count, "records left out without TC")
        }
    }
}
