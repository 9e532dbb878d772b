// Record types by name, as libldns knows them, and TYPE123 (RFC 3597 §5).

internal import CLDNS
internal import DNSCore

/// Looks up record types by the word a master file has for them, and remembers them.
struct RecordTypeNames {
    private var known = RecordTypeNames.common
    /// Those of most zones, so that the reader of a small one has nothing to learn.
    private static let common: [UInt64: RecordType] = Dictionary(
        uniqueKeysWithValues: [.a, .aaaa, .cname, .mx, .ns, .ptr, .soa, .srv, .txt].map { (type: RecordType) in
            (name(of: type).utf8.reduce(0) { $0 << 8 | UInt64(DomainName.canonical($1)) }, type)
        })

    /// The type that the word at `range` names; nil if libldns knows none.
    mutating func type(_ text: Span<UInt8>, _ range: Range<Int>) -> RecordType? {
        guard range.count <= 8 else { return Self.find(text, range) }
        var key: UInt64 = 0
        for index in range { key = key << 8 | UInt64(DomainName.canonical(text[index])) }
        if let type = known[key] { return type }
        guard let type = Self.find(text, range) else { return nil }
        known[key] = type
        return type
    }

    /// The name of a type; TYPE123 if it has none.
    static func name(of type: RecordType) -> String {
        guard let descriptor = unsafe ldns_rr_descript(type.rawValue),
            unsafe descriptor.pointee._type.rawValue == UInt32(type.rawValue),
            let name = unsafe descriptor.pointee._name
        else { return "TYPE\(type.rawValue)" }
        return unsafe String(cString: name)
    }

    /// Whether libldns knows how data of `type` is written.
    static func describes(_ type: RecordType) -> Bool {
        guard let descriptor = unsafe ldns_rr_descript(type.rawValue) else { return false }
        return unsafe descriptor.pointee._type.rawValue == UInt32(type.rawValue)
    }

    /// Whether the type is for messages and queries only (RFC 6895 §3.1): such a record cannot be in a zone.
    static func isMeta(_ type: RecordType) -> Bool {
        type == .opt || 128...255 ~= type.rawValue || type.rawValue == 0
    }

    /// What can stand in the place of a type.
    private static let names =
        ["POOL"]
        + (1...0x8001).map { RecordType(rawValue: UInt16($0)) }.filter { describes($0) && !isMeta($0) }.map(name)

    /// The known type whose name is nearest to `word`, if one is near.
    static func suggestion(for word: String) -> String? {
        Diagnostic.nearest(to: word.uppercased(), among: names)
    }

    private static func find(_ text: Span<UInt8>, _ range: Range<Int>) -> RecordType? {
        let digits = range.dropFirst(4)
        if range.count > 4, text.matches(range.lowerBound..<range.lowerBound + 4, "TYPE"),
            let number = text.decimal(digits, maximum: 65_535)
        {
            return RecordType(rawValue: UInt16(number))
        }
        let word = text.excerpt(range)
        guard range.count <= 16, !word.uppercased().hasPrefix("TYPE") else { return nil }
        let number = unsafe ldns_get_rr_type_by_name(word).rawValue
        return number == 0 ? nil : RecordType(rawValue: UInt16(truncatingIfNeeded: number))
    }
}
