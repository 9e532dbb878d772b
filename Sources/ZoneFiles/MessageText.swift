// A message in presentation format, as libldns writes it: RFC 1035 §5.1, and RFC 3597 for types that it does not know.

internal import CLDNS
public import DNSCore

/// The parts of an answer as text.
public struct MessageText: Sendable {
    /// `NOERROR`, or a number where it has no name.
    public var code: String
    /// Those of `aa`, `tc` and `rd` that are set.
    public var flags: [String] = []
    /// One line for each record, with one blank between its fields.
    public var answer: [String]
    public var authority: [String]
    public var additional: [String]

    /// Reads a whole message; nil if it is not well formed.
    public init?(_ message: [UInt8]) {
        var packet: UnsafeMutablePointer<ldns_pkt>?
        guard unsafe ldns_wire2pkt(&packet, message, message.count) == LDNS_STATUS_OK else { return nil }
        defer { unsafe ldns_pkt_free(packet) }
        let extended = unsafe ldns_pkt_edns(packet) != 0 ? Int(ldns_pkt_edns_extended_rcode(packet)) << 4 : 0
        code = unsafe Self.name(ofCode: extended | Int(ldns_pkt_get_rcode(packet).rawValue))
        if unsafe ldns_pkt_aa(packet) != 0 { flags.append("aa") }
        if unsafe ldns_pkt_tc(packet) != 0 { flags.append("tc") }
        if unsafe ldns_pkt_rd(packet) != 0 { flags.append("rd") }
        answer = unsafe Self.lines(ldns_pkt_answer(packet))
        authority = unsafe Self.lines(ldns_pkt_authority(packet))
        additional = unsafe Self.lines(ldns_pkt_additional(packet))
    }

    private static func name(ofCode code: Int) -> String {
        switch code {
        case 0: "NOERROR"
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 3: "NXDOMAIN"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        case 6: "YXDOMAIN"
        default: "\(code)"
        }
    }

    private static func lines(_ list: UnsafeMutablePointer<ldns_rr_list>?) -> [String] {
        guard let list = unsafe list else { return [] }
        return unsafe (0..<ldns_rr_list_rr_count(list)).map { index in
            unsafe recordFields(ldns_rr_list_rr(list, index)).joined(separator: " ")
        }
    }
}

extension RecordType {
    /// Reads `AAAA`, `aaaa`, `ANY` or `TYPE28`; nil for what is no type.
    public init?(named text: String) {
        let word = text.uppercased()
        if word == "ANY" {
            self = .any
            return
        }
        var names = RecordTypeNames()
        guard let type = names.type(Array(word.utf8).span, 0..<word.utf8.count) else { return nil }
        self = type
    }

    /// `AAAA`, or `TYPE65280` if it has no name.
    public var name: String { self == .any ? "ANY" : RecordTypeNames.name(of: self) }
}
