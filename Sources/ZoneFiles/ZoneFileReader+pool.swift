// POOL in place of a type: `POOL name` for addresses, `POOL name SRV port`, `POOL name HTTPS priority target parameters`.

internal import DNSCore

extension ZoneFileReader {
    func readPoolName(_ text: Span<UInt8>, _ cursor: inout TokenCursor) throws(Problem) -> String {
        guard let word = cursor.next(in: text) else {
            throw Problem("the pool's name is missing; write POOL and the name of a pool in triagedns.yaml")
        }
        let isName = word.allSatisfy { index in
            let octet = text[index]
            return Octet.isDigit(octet) || DomainName.canonical(octet) &- 0x61 < 26 || octet == 0x2d || octet == 0x5f
        }
        guard isName, word.count <= 63 else {
            throw Problem("\"\(text.excerpt(word))\" is not a pool name; write at most 63 of A-Z a-z 0-9 - and _")
        }
        return String(decoding: text.unescaped(word), as: UTF8.self)
    }

    /// What follows the pool's name.
    mutating func readPoolKind(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, pool: String
    ) throws(Problem) -> PoolRecordKind {
        guard let word = cursor.next(in: text) else { return .addresses }
        if text.matches(word, "SRV") { return try readServices(text, &cursor, pool) }
        if text.matches(word, "HTTPS") { return try readBinding(text, &cursor, .https, pool) }
        if text.matches(word, "SVCB") { return try readBinding(text, &cursor, .svcb, pool) }
        throw Problem(
            "\"\(text.excerpt(word))\" is too much here; write POOL \(pool), POOL \(pool) SRV port, or "
                + "POOL \(pool) HTTPS priority target parameters")
    }

    private func readServices(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, _ pool: String
    ) throws(Problem) -> PoolRecordKind {
        guard let word = cursor.next(in: text) else {
            throw Problem("the port is missing; write POOL \(pool) SRV 11112")
        }
        guard let port = text.decimal(word, maximum: 65_535), port > 0 else {
            throw Problem(
                "\"\(text.excerpt(word))\" is not a port from 1 to 65535; write POOL \(pool) SRV 11112 "
                    + "(priorities, weights and names are the targets')")
        }
        if let extra = cursor.next(in: text) {
            throw Problem("\"\(text.excerpt(extra))\" is too much here; write POOL \(pool) SRV \(port)")
        }
        return .services(port: UInt16(port))
    }

    /// Reads data as of an SVCB or HTTPS record (RFC 9460 §2.1), all but the hints.
    private mutating func readBinding(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, _ type: RecordType, _ pool: String
    ) throws(Problem) -> PoolRecordKind {
        data.removeAll(keepingCapacity: true)
        try readData(text, &cursor, type: type)
        let form = "write POOL \(pool) \(RecordTypeNames.name(of: type)) 1 . alpn=h2"
        guard let binding = BindingData(data) else {
            throw Problem("the parameters are not whole, or not in the order of their keys; \(form)")
        }
        guard !binding.isAliasMode else {
            throw Problem("priority 0 makes an alias, which carries no addresses (RFC 9460 §2.4.2); \(form)")
        }
        guard !binding.namesHints else {
            throw Problem(
                "ipv4hint and ipv6hint are the pool's to give, and nobody must insist on them; \(form), without them")
        }
        return .binding(type, data: data)
    }
}
