// The data of records in presentation format, as libldns writes it: RFC 1035 §5.1, and RFC 3597 for types that it does
// not know.

internal import CLDNS

/// Reads the answer section of a message that is well formed: what stands after the type of each record.
public func recordData(_ message: [UInt8]) -> [String] {
    var packet: UnsafeMutablePointer<ldns_pkt>?
    guard unsafe ldns_wire2pkt(&packet, message, message.count) == LDNS_STATUS_OK else { return [] }
    defer { unsafe ldns_pkt_free(packet) }
    guard let list = unsafe ldns_pkt_answer(packet) else { return [] }
    return unsafe (0..<ldns_rr_list_rr_count(list)).map { unsafe recordFields(ldns_rr_list_rr(list, $0)).last ?? "" }
}

/// Owner, TTL, class, type and data of a record. Blanks in the data are as they are: they may be part of a text.
func recordFields(_ record: UnsafeMutablePointer<ldns_rr>?) -> [String] {
    guard let text = unsafe ldns_rr2str(record) else { return [] }
    defer { unsafe free(text) }
    let line = unsafe String(cString: text)
    return line.split(separator: "\t", maxSplits: 4).map { $0.hasSuffix("\n") ? String($0.dropLast()) : String($0) }
}
