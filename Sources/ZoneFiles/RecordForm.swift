// How a record of each common type is written, for messages.

internal import DNSCore

enum RecordForm {
    /// The type and its fields, as a pattern to follow.
    static func of(_ type: RecordType) -> String {
        let name = RecordTypeNames.name(of: type)
        return fields[name].map { "\(name) \($0)" } ?? "\(name) and its data"
    }

    private static let fields = [
        "A": "address",
        "AAAA": "address",
        "NS": "name",
        "CNAME": "name",
        "PTR": "name",
        "DNAME": "name",
        "MX": "preference name",
        "TXT": "\"text\"",
        "SRV": "priority weight port target",
        "SOA": "primary mailbox serial refresh retry expire minimum",
        "CAA": "flags tag \"value\"",
        "DS": "key-tag algorithm digest-type digest",
        "CDS": "key-tag algorithm digest-type digest",
        "DNSKEY": "flags protocol algorithm public-key",
        "TLSA": "usage selector matching-type data",
        "SSHFP": "algorithm type fingerprint",
        "NAPTR": "order preference \"flags\" \"services\" \"regexp\" replacement",
        "SVCB": "priority target parameters",
        "HTTPS": "priority target parameters",
        "HINFO": "\"machine\" \"system\"",
        "RP": "mailbox name",
        "URI": "priority weight \"target\"",
        "LOC": "latitude longitude altitude",
    ]
}
