// Messages and records as libldns, another implementation, reads and prints them.

import CLDNS

/// An answer, re-read by libldns.
package struct LDNSMessage: Equatable {
    package var code: Int
    package var flags: Set<String> = []
    package var question: [String] = []
    package var answer: [String] = []
    package var authority: [String] = []
    package var additional: [String] = []
    /// The OPT record's payload size and DO bit; nil without OPT.
    package var edns: String?

    /// Reads a whole message; nil if libldns cannot.
    package init?(_ octets: [UInt8]) {
        var packet: UnsafeMutablePointer<ldns_pkt>?
        guard unsafe ldns_wire2pkt(&packet, octets, octets.count) == LDNS_STATUS_OK else { return nil }
        defer { unsafe ldns_pkt_free(packet) }
        code = unsafe Int(ldns_pkt_get_rcode(packet).rawValue)
        if unsafe ldns_pkt_qr(packet) != 0 { flags.insert("qr") }
        if unsafe ldns_pkt_aa(packet) != 0 { flags.insert("aa") }
        if unsafe ldns_pkt_tc(packet) != 0 { flags.insert("tc") }
        if unsafe ldns_pkt_rd(packet) != 0 { flags.insert("rd") }
        if unsafe ldns_pkt_ra(packet) != 0 { flags.insert("ra") }
        if unsafe ldns_pkt_ad(packet) != 0 { flags.insert("ad") }
        if unsafe ldns_pkt_cd(packet) != 0 { flags.insert("cd") }
        question = unsafe Self.texts(ldns_pkt_question(packet))
        answer = unsafe Self.texts(ldns_pkt_answer(packet))
        authority = unsafe Self.texts(ldns_pkt_authority(packet))
        additional = unsafe Self.texts(ldns_pkt_additional(packet))
        if unsafe ldns_pkt_edns(packet) != 0 {
            code |= unsafe Int(ldns_pkt_edns_extended_rcode(packet)) << 4
            let size = unsafe ldns_pkt_edns_udp_size(packet)
            edns = unsafe ldns_pkt_edns_do(packet) != 0 ? "\(size) do" : "\(size)"
        }
    }

    private static func texts(_ list: UnsafeMutablePointer<ldns_rr_list>?) -> [String] {
        guard let list = unsafe list else { return [] }
        return unsafe (0..<ldns_rr_list_rr_count(list)).map { unsafe text(of: ldns_rr_list_rr(list, $0)) }
    }
}

/// The record that `line` (`owner TTL IN type data`) writes, as libldns prints it; nil if it cannot read it.
package func normalized(_ line: String) -> String? {
    var record: UnsafeMutablePointer<ldns_rr>?
    guard unsafe ldns_rr_new_frm_str(&record, line, 0, nil, nil) == LDNS_STATUS_OK else { return nil }
    defer { unsafe ldns_rr_free(record) }
    return unsafe text(of: record)
}

/// A record with one blank between its fields.
private func text(of record: UnsafeMutablePointer<ldns_rr>?) -> String {
    guard let printed = unsafe ldns_rr2str(record) else { return "" }
    defer { unsafe free(printed) }
    return unsafe String(cString: printed).split { $0 == "\t" || $0 == "\n" || $0 == " " }.joined(separator: " ")
}

/// The names of all types of zone data that libldns has text for.
package var typesKnownToLDNS: [String] {
    (UInt16(1)...0x8001).compactMap { number in
        guard let descriptor = unsafe ldns_rr_descript(number),
            unsafe descriptor.pointee._type.rawValue == UInt32(number),
            let name = unsafe descriptor.pointee._name, !(128...255).contains(number), number != 41
        else { return nil }
        return unsafe String(cString: name)
    }
}
