// What a zone must not contain. Each finding names the line and what to write instead.

extension ZoneBuilder {
    /// Checks what one name has.
    mutating func checkNode(_ range: Range<Int>, _ traits: ZoneContents.Traits) {
        let first = records[range.lowerBound]
        let owner = Int(first.node)
        for record in records[range] where record.type == .soa && owner != 0 {
            report(
                record.place,
                "SOA stands only at the top of its zone; remove it or give \(ownerText(owner)) its own file")
        }
        if traits.contains(.hasAlias) { checkAlias(records[range]) }
        if traits.contains(.hasRedirection) {
            let redirections = records[range].filter { $0.type == .dname }
            for extra in redirections.dropFirst() where !isRepetition(extra, of: redirections[0]) {
                report(
                    extra.place,
                    "\(ownerText(owner)) has another DNAME, and may have one only (RFC 6672 §2.4); remove one")
            }
        }
        guard traits.contains(.hasPool) else { return }
        for record in records[range] {
            if traits.contains(.hasHostPool), record.type != .pool {
                report(
                    record.place,
                    "\(ownerText(owner)) answers with a CNAME to one of its pool's hosts, and beside a CNAME "
                        + "nothing may stand (RFC 1034 §3.6.2); move this \(record.type.name) record to another name")
            } else if record.type == .a || record.type == .aaaa {
                report(
                    record.place,
                    "\(ownerText(owner)) has a POOL, which gives its addresses; "
                        + "remove this record or make it a target of the pool")
            } else if record.type == .ns, owner != 0 {
                report(
                    record.place,
                    "\(ownerText(owner)) is delegated, so its POOL would never be answered; remove one of them")
            }
        }
        if owner == 0, traits.contains(.hasHostPool) {
            report(
                first.place,
                "a pool of host names answers with CNAME, which cannot stand at the top of a zone; "
                    + "write flatten: true in the pool, or give its targets addresses"
            )
        }
    }

    /// Nothing stands beside a CNAME but what DNSSEC adds (RFC 1034 §3.6.2, RFC 4034 §3).
    private mutating func checkAlias(_ node: ArraySlice<PendingRecord>) {
        let aliases = node.filter { $0.type == .cname }
        for extra in aliases.dropFirst() where !isRepetition(extra, of: aliases[aliases.startIndex]) {
            report(
                extra.place,
                "\(ownerText(Int(extra.node))) has another CNAME in line \(aliases[0].line); keep one of them, "
                    + "or make a pool of both")
        }
        for other in node where other.type != .cname && other.type.rawValue != 46 && other.type.rawValue != 47 {
            report(
                other.place,
                "\(ownerText(Int(other.node))) has a CNAME in line \(aliases[0].line), and nothing may stand "
                    + "beside it (RFC 1034 §3.6.2); move this \(other.type.name) record to the name that it points at")
        }
    }

    /// A record that is there twice is one record.
    private func isRepetition(_ record: PendingRecord, of other: PendingRecord) -> Bool {
        CanonicalData.areEqual(octets(of: record), octets(of: other), record.type)
    }

    /// The apex has one SOA and at least one NS (RFC 1035 §5.2).
    mutating func checkApex(_ file: String) -> PendingRecord? {
        let apexRecords = records.prefix { $0.node == 0 }
        let authorities = apexRecords.filter { $0.type == .soa }
        for extra in authorities.dropFirst() {
            report(extra.place, "the zone has another SOA in line \(authorities[0].line); keep one of them")
        }
        if authorities.isEmpty {
            diagnostics.append(
                Diagnostic(
                    file: file, line: 0,
                    "the zone \(apex) has no SOA; begin it with "
                        + "`@ IN SOA ns1 hostmaster 1 7200 900 1209600 30`"))
        }
        if !apexRecords.contains(where: { $0.type == .ns }) {
            diagnostics.append(
                Diagnostic(file: file, line: 0, "the zone \(apex) has no NS at its top; add `@ IN NS ns1`"))
        }
        guard let authority = authorities.first else { return nil }
        let octets = octets(of: authority)
        guard RecordDataLayout(.soa)?.names(in: octets)?.last?.upperBound == octets.count - 20 else {
            report(authority.place, "the SOA is not whole; write `SOA ns1 hostmaster 1 7200 900 1209600 30`")
            return nil
        }
        return authority
    }
}

extension RecordType {
    private static let otherNames: [UInt16: String] = [
        35: "NAPTR", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 52: "TLSA", 64: "SVCB", 65: "HTTPS",
        257: "CAA",
    ]

    /// The mnemonic of the types that messages speak of; `TYPE123` for others (RFC 3597 §5).
    var name: String {
        switch self {
        case .a: "A"
        case .ns: "NS"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .dname: "DNAME"
        case .ds: "DS"
        case .pool: "POOL"
        default: Self.otherNames[rawValue] ?? "TYPE\(rawValue)"
        }
    }
}
