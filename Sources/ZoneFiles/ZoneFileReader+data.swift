// The data of a record. The commonest types are read here, without libldns, which takes a microsecond for each;
// RFC 3597's form too; all else is libldns's.

internal import CLDNS
internal import DNSCore

extension ZoneFileReader {
    /// Reads what is left of the line as data of `type`.
    mutating func readData(_ text: Span<UInt8>, _ cursor: inout TokenCursor, type: RecordType) throws(Problem) {
        let start = cursor
        guard let first = cursor.next(in: text) else {
            guard type.rawValue == 42 else {
                throw Problem("the record ends too early; write \(RecordForm.of(type))")
            }
            return
        }
        if first.count == 2, text[first.lowerBound] == Octet.backslash, text[first.lowerBound + 1] == Octet.number {
            return try readUnknownData(text, &cursor, type: type)
        }
        guard RecordTypeNames.describes(type) else {
            throw Problem("data of \(RecordTypeNames.name(of: type)) must be written \\# length hex")
        }
        let isLast =
            cursor.offset >= text.count || cursor.offset + 1 == text.count && text[cursor.offset] == Octet.space
        if type == .a, isLast, readIPv4Address(text, first, into: &data) { return }
        if isLast, type == .ns || type == .cname || type == .ptr || type == .dname {
            return try readNameData(text, first)
        }
        data.removeAll(keepingCapacity: true)
        try readWithLDNS(text, start.offset..<text.count, type: type)
    }

    private mutating func readNameData(_ text: Span<UInt8>, _ word: Range<Int>) throws(Problem) {
        guard text[word.lowerBound] != Octet.quote else {
            throw Problem("\(text.excerpt(word)) is not a name; write it without quotes")
        }
        do throws(NameError) {
            let isRelative = try readName(text, word, origin: origin, into: &data)
            if isRelative, repeatsOrigin(data, origin) { warnOfMissingDot(text.excerpt(word)) }
        } catch {
            throw Problem("\"\(text.excerpt(word))\" is not a name: \(error)")
        }
    }

    private mutating func readWithLDNS(_ text: Span<UInt8>, _ range: Range<Int>, type: RecordType) throws(Problem) {
        guard range.count <= RecordDataParser.maximumLength else {
            throw Problem("the data is longer than \(RecordDataParser.maximumLength) characters; shorten it")
        }
        var fields = RecordFields(type: type, origin: origin)
        try fields.check(text, range)
        if let name = fields.doubtfulName { warnOfMissingDot(name) }
        let status = parser.parse(text, range, type: type, unquoted: fields.unquoted, into: &data)
        guard status == LDNS_STATUS_OK, data.count <= 65_535 else { throw Problem(fields.explain(status)) }
    }

    /// Reads `\# length hex…` (RFC 3597 §5), for known types too.
    private mutating func readUnknownData(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, type: RecordType
    ) throws(Problem) {
        guard let word = cursor.next(in: text), let length = text.decimal(word, maximum: 65_535) else {
            throw Problem("after \\# comes the length of the data, 0 to 65535; write \\# 4 0a000001")
        }
        var high: UInt8?
        while let word = cursor.next(in: text) {
            for index in word {
                guard let digit = Character(UnicodeScalar(text[index])).hexDigitValue else {
                    throw Problem("\"\(text.excerpt(word))\" is not hexadecimal; write pairs of 0-9 and a-f")
                }
                if let first = high {
                    data.append(first << 4 | UInt8(digit))
                    high = nil
                } else {
                    high = UInt8(digit)
                }
            }
        }
        guard high == nil, data.count == length else {
            let digits = data.count * 2 + (high == nil ? 0 : 1)
            throw Problem("\\# \(length) needs \(length * 2) hexadecimal digits, but \(digits) follow; correct either")
        }
        if RecordTypeNames.describes(type), !parser.accepts(data, type: type) {
            throw Problem("the octets are not valid data of \(RecordTypeNames.name(of: type)); correct them")
        }
    }
}
