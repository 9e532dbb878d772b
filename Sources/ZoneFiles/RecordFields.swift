// Checks the fields of a record's data against libldns's description of its type, for two reasons: libldns says only
// that something is wrong, not what; and it takes 70000 for a 16-bit number, an odd count of hexadecimal digits, and
// unknown types in NSEC.

internal import CLDNS
internal import DNSCore

/// Walks over the words of a record's data, field by field.
struct RecordFields {
    let type: RecordType
    let origin: [UInt8]
    /// A name with a doubtful missing dot, as it is written.
    private(set) var doubtfulName: String?
    /// A word that libldns wants in quotes, and users leave bare.
    private(set) var unquoted: Range<Int>?
    private var name: [UInt8] = []

    init(type: RecordType, origin: [UInt8]) {
        self.type = type
        self.origin = origin
    }

    /// Throws what is wrong with the data at `range` of `text`, as far as it can be told without libldns.
    mutating func check(_ text: Span<UInt8>, _ range: Range<Int>) throws(Problem) {
        guard let descriptor = unsafe ldns_rr_descript(type.rawValue) else { return }
        var cursor = TokenCursor(offset: range.lowerBound)
        let minimum = unsafe Int(descriptor.pointee._minimum)
        let maximum = unsafe Int(descriptor.pointee._maximum)
        // TXT and APL repeat one field.
        let isVariable = unsafe descriptor.pointee._variable != LDNS_RDF_TYPE_NONE
        for index in 0..<(isVariable ? range.count + 1 : maximum) {
            let start = cursor.offset
            let kind = unsafe ldns_rr_descriptor_field_type(descriptor, index)
            guard let word = cursor.next(in: text) else {
                if index < minimum { throw Problem("the record ends too early; write \(RecordForm.of(type))") }
                return
            }
            if Self.takesTheRest(kind) {
                return try checkRest(kind, text, start..<range.upperBound)
            }
            if kind == LDNS_RDF_TYPE_LONG_STR, index == maximum - 1, text[word.lowerBound] != Octet.quote {
                unquoted = word
            }
            try checkField(kind, text, word)
        }
        if let extra = cursor.next(in: text) {
            throw Problem("\"\(text.excerpt(extra))\" is too much here; write \(RecordForm.of(type))")
        }
    }

    /// What to say when libldns refuses data that passed `check`.
    func explain(_ status: ldns_status) -> String {
        let reason = unsafe String(cString: ldns_get_errorstr_by_id(status))
        return "the data is not valid for \(RecordTypeNames.name(of: type)) (\(reason)); write \(RecordForm.of(type))"
    }

    private mutating func checkField(
        _ kind: ldns_rdf_type, _ text: Span<UInt8>, _ word: Range<Int>
    ) throws(Problem) {
        switch kind {
        case LDNS_RDF_TYPE_INT8: try checkNumber(text, word, maximum: 255)
        case LDNS_RDF_TYPE_INT16: try checkNumber(text, word, maximum: 65_535)
        case LDNS_RDF_TYPE_INT32: try checkNumber(text, word, maximum: 4_294_967_295)
        case LDNS_RDF_TYPE_PERIOD:
            guard let seconds = text.seconds(word), seconds <= 4_294_967_295 else {
                throw Problem("\"\(text.excerpt(word))\" is not a time; write seconds such as 3600, or 1h30m")
            }
        case LDNS_RDF_TYPE_DNAME:
            try checkName(text, word)
        case LDNS_RDF_TYPE_A:
            var data: [UInt8] = []
            guard readIPv4Address(text, word, into: &data) else { throw badIPv4Address(text, word) }
        case LDNS_RDF_TYPE_AAAA:
            guard let address = IPAddress(text.excerpt(word)), address.isV6 else {
                throw Problem("\"\(text.excerpt(word))\" is not an IPv6 address; write one such as 2001:db8::1")
            }
        case LDNS_RDF_TYPE_STR:
            guard text.unescaped(word).count <= 255 else {
                throw Problem("a string is longer than 255 octets; split it into several quoted strings")
            }
        default: break
        }
    }

    private func checkNumber(_ text: Span<UInt8>, _ word: Range<Int>, maximum: UInt64) throws(Problem) {
        guard text.decimal(word, maximum: maximum) == nil else { return }
        throw Problem("\"\(text.excerpt(word))\" is not a number from 0 to \(maximum); write \(RecordForm.of(type))")
    }

    private mutating func checkName(_ text: Span<UInt8>, _ word: Range<Int>) throws(Problem) {
        do throws(NameError) {
            let isRelative = try readName(text, word, origin: origin, into: &name)
            if isRelative, repeatsOrigin(name, origin) { doubtfulName = text.excerpt(word) }
        } catch {
            throw Problem("\"\(text.excerpt(word))\" is not a name: \(error)")
        }
        guard text[word.lowerBound] != Octet.quote else {
            throw Problem("\(text.excerpt(word)) is not a name; write it without quotes")
        }
    }

    /// Whether a field of this kind is all that is left of the data, blanks included.
    private static func takesTheRest(_ kind: ldns_rdf_type) -> Bool {
        switch kind {
        case LDNS_RDF_TYPE_B64, LDNS_RDF_TYPE_HEX, LDNS_RDF_TYPE_LOC, LDNS_RDF_TYPE_WKS, LDNS_RDF_TYPE_IPSECKEY,
            LDNS_RDF_TYPE_AMTRELAY, LDNS_RDF_TYPE_NSEC, LDNS_RDF_TYPE_SVCPARAMS, LDNS_RDF_TYPE_HIP,
            LDNS_RDF_TYPE_APL, LDNS_RDF_TYPE_NSAP, LDNS_RDF_TYPE_ATMA, LDNS_RDF_TYPE_UNKNOWN,
            LDNS_RDF_TYPE_NONE:
            true
        default: false
        }
    }

    private func checkRest(_ kind: ldns_rdf_type, _ text: Span<UInt8>, _ range: Range<Int>) throws(Problem) {
        switch kind {
        case LDNS_RDF_TYPE_HEX:
            let digits = range.map { text[$0] }.filter { $0 != Octet.space }
            guard digits.count.isMultiple(of: 2), digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
                throw Problem(
                    "\"\(text.excerpt(trimmed(text, range)))\" is not hexadecimal; write pairs of 0-9 and a-f")
            }
        case LDNS_RDF_TYPE_B64:
            let isBase64 = range.allSatisfy { index in
                let octet = text[index]
                return octet == Octet.space || Character(UnicodeScalar(octet)).isLetter || Octet.isDigit(octet)
                    || octet == UInt8(ascii: "+") || octet == UInt8(ascii: "/") || octet == UInt8(ascii: "=")
            }
            guard isBase64 else {
                throw Problem("\"\(text.excerpt(trimmed(text, range)))\" is not base64; write A-Z a-z 0-9 + / =")
            }
        case LDNS_RDF_TYPE_NSEC:
            var cursor = TokenCursor(offset: range.lowerBound)
            var names = RecordTypeNames()
            while let word = cursor.next(in: text) {
                guard names.type(text, word) != nil else { throw unknownType(text.excerpt(word)) }
            }
        default: break
        }
    }

    private func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound, text[start] == Octet.space { start += 1 }
        return start..<range.upperBound
    }
}

/// Reads a dotted IPv4 address (RFC 1035 §3.4.1): four decimal numbers up to 255, without leading zeros.
@inline(__always)
func readIPv4Address(_ text: Span<UInt8>, _ word: Range<Int>, into data: inout [UInt8]) -> Bool {
    guard word.count <= 15 else { return false }
    var value = 0
    var digits = 0
    var dots = 0
    for index in word {
        let octet = text[index]
        if octet == Octet.dot {
            guard digits > 0, dots < 3 else { return false }
            data.append(UInt8(truncatingIfNeeded: value))
            dots += 1
            value = 0
            digits = 0
            continue
        }
        guard Octet.isDigit(octet), digits == 0 || value > 0 else { return false }
        value = value * 10 + Int(octet - Octet.zero)
        digits += 1
        guard value <= 255 else { return false }
    }
    guard digits > 0, dots == 3 else { return false }
    data.append(UInt8(truncatingIfNeeded: value))
    return true
}

func badIPv4Address(_ text: Span<UInt8>, _ word: Range<Int>) -> Problem {
    Problem("\"\(text.excerpt(word))\" is not an IPv4 address; write four numbers up to 255, such as 192.0.2.1")
}

func unknownType(_ word: String) -> Problem {
    let hint = RecordTypeNames.suggestion(for: word).map { "did you mean \($0)? " } ?? ""
    return Problem("unknown record type \"\(word)\"; \(hint)an unassigned type is written TYPE123 \\# length hex")
}
