// RDATA from text by libldns, which knows the text form of every record type. It is given only what LogicalLine lets
// through, after RecordFields has checked what libldns would silently get wrong.

internal import CLDNS
internal import DNSCore

/// Turns the text of a record's data into RDATA. Holds the origin in libldns's form, and the line it hands over.
@safe
struct RecordDataParser: ~Copyable {
    private var origin: UnsafeMutablePointer<ldns_rdf>?
    private var line: [UInt8] = []

    /// libldns reads data of less than 65,535 characters.
    static let maximumLength = 60_000

    init() { unsafe origin = nil }

    deinit { unsafe ldns_rdf_deep_free(origin) }

    /// Sets the name that completes relative ones.
    mutating func setOrigin(_ wire: [UInt8]) {
        unsafe ldns_rdf_deep_free(origin)
        unsafe origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, wire.count, wire)
    }

    /// Reads `text[range]` as data of `type` into `data`.
    /// - Parameter unquoted: a part of it that libldns wants in quotes.
    mutating func parse(
        _ text: Span<UInt8>, _ range: Range<Int>, type: RecordType, unquoted: Range<Int>?, into data: inout [UInt8]
    ) -> ldns_status {
        prepareLine(text, range, type, unquoted)
        var record: UnsafeMutablePointer<ldns_rr>?
        let status = unsafe line.withUnsafeBytes { line in
            unsafe ldns_rr_new_frm_str(&record, line.bindMemory(to: CChar.self).baseAddress, 0, origin, nil)
        }
        guard status == LDNS_STATUS_OK else { return status }
        defer { unsafe ldns_rr_free(record) }
        unsafe Self.copyData(record, into: &data)
        return status
    }

    /// Checks RDATA written in the form of RFC 3597 §5 against what libldns knows of its type.
    func accepts(_ data: [UInt8], type: RecordType) -> Bool {
        guard let record = unsafe ldns_rr_new() else { return false }
        defer { unsafe ldns_rr_free(record) }
        unsafe ldns_rr_set_type(record, ldns_rr_type(UInt32(type.rawValue)))
        let wire = [UInt8(truncatingIfNeeded: data.count >> 8), UInt8(truncatingIfNeeded: data.count)] + data
        var position = 0
        guard unsafe ldns_wire2rdf(record, wire, wire.count, &position) == LDNS_STATUS_OK else { return false }
        // libldns takes data that ends between two fields.
        guard let form = unsafe ldns_rr_descript(type.rawValue),
            unsafe ldns_rr_rd_count(record) >= ldns_rr_descriptor_minimum(form)
        else { return false }
        var read: [UInt8] = []
        unsafe Self.copyData(record, into: &read)
        // Differs if the data held a compression pointer, which RFC 3597 §4 forbids.
        return position == wire.count && read == data
    }

    /// `. 0 IN TYPE15 10 mail`: the data is all that libldns is asked about.
    private mutating func prepareLine(
        _ text: Span<UInt8>, _ range: Range<Int>, _ type: RecordType, _ unquoted: Range<Int>?
    ) {
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: ". 0 IN TYPE".utf8)
        line.append(contentsOf: String(type.rawValue).utf8)
        line.append(Octet.space)
        for index in range {
            if index == unquoted?.lowerBound { line.append(Octet.quote) }
            line.append(text[index])
            if let unquoted, index + 1 == unquoted.upperBound { line.append(Octet.quote) }
        }
        line.append(0)
    }

    /// The fields of a libldns record, one after the other, are its uncompressed RDATA.
    private static func copyData(_ record: UnsafeMutablePointer<ldns_rr>?, into data: inout [UInt8]) {
        for index in 0..<(unsafe ldns_rr_rd_count(record)) {
            let field = unsafe ldns_rr_rdf(record, index)
            guard let octets = unsafe ldns_rdf_data(field) else { continue }
            unsafe data.append(contentsOf: UnsafeBufferPointer(start: octets, count: ldns_rdf_size(field)))
        }
    }
}
