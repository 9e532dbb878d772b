// $ORIGIN and $INCLUDE (RFC 1035 §5.1), $TTL (RFC 2308 §4). $GENERATE has its own file.

internal import DNSCore

extension ZoneFileReader {
    /// How deep files may include files, and how many may be included in all.
    static let maximumDepth = 16
    static let maximumIncludes = 10_000

    mutating func readDirective<Sink: RecordSink & ~Copyable>(
        _ text: Span<UInt8>, into sink: inout Sink
    ) throws(Problem) {
        var cursor = TokenCursor()
        guard let name = cursor.next(in: text) else { return }
        if text.matches(name, "$ORIGIN") {
            setOrigin(try readOrigin(text, &cursor, usage: "$ORIGIN example.org."))
            try expectEnd(text, &cursor, usage: "$ORIGIN example.org.")
        } else if text.matches(name, "$TTL") {
            let usage = "$TTL 300"
            guard let word = cursor.next(in: text) else { throw Problem("$TTL needs a time; write \(usage)") }
            let seconds = try readTimeToLive(text, word)
            try expectEnd(text, &cursor, usage: usage)
            defaultTimeToLive = seconds
        } else if text.matches(name, "$INCLUDE") {
            try include(text, &cursor, into: &sink)
        } else if text.matches(name, "$GENERATE") {
            try generate(text, &cursor, into: &sink)
        } else {
            throw Problem(
                "unknown directive \"\(text.excerpt(name))\"; there are $ORIGIN, $TTL, $INCLUDE and $GENERATE, "
                    + "and a name that starts with a dollar sign is written \\$")
        }
    }

    private func readOrigin(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, usage: String
    ) throws(Problem) -> [UInt8] {
        guard let word = cursor.next(in: text) else { throw Problem("$ORIGIN needs a name; write \(usage)") }
        var wire: [UInt8] = []
        do throws(NameError) {
            _ = try readName(text, word, origin: origin, into: &wire)
        } catch {
            throw Problem("\"\(text.excerpt(word))\" is not a name: \(error)")
        }
        return wire
    }

    func expectEnd(_ text: Span<UInt8>, _ cursor: inout TokenCursor, usage: String) throws(Problem) {
        guard let extra = cursor.next(in: text) else { return }
        throw Problem("\"\(text.excerpt(extra))\" is too much here; write \(usage)")
    }

    /// Reads another file in this place; origin and owner are as before after it.
    private mutating func include<Sink: RecordSink & ~Copyable>(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, into sink: inout Sink
    ) throws(Problem) {
        let usage = "$INCLUDE file [origin]"
        guard let word = cursor.next(in: text) else { throw Problem("$INCLUDE needs a file; write \(usage)") }
        let file = String(decoding: text.unescaped(word), as: UTF8.self)
        let outer = (origin: origin, owner: owner, ownerState: ownerState, place: place)
        let hasOrigin = TokenCursor(offset: cursor.offset).hasMore(in: text)
        let innerOrigin = hasOrigin ? try readOrigin(text, &cursor, usage: usage) : origin
        try expectEnd(text, &cursor, usage: usage)
        guard openFiles.count <= Self.maximumDepth else {
            throw Problem(
                "files include files more than \(Self.maximumDepth) deep; include \(file) from a file further out")
        }
        includeCount += 1
        guard includeCount <= Self.maximumIncludes else {
            throw Problem("more than \(Self.maximumIncludes) files are included; put their records into fewer files")
        }
        setOrigin(innerOrigin)
        defer {
            setOrigin(outer.origin)
            owner = outer.owner
            ownerState = outer.ownerState
            place = outer.place
        }
        try readFile(
            Self.resolve(file, beside: place.path), displayPath: Self.resolve(file, beside: place.displayPath),
            into: &sink)
    }

    /// `file` as seen from the directory that `path` is in.
    private static func resolve(_ file: String, beside path: String) -> String {
        guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
        return path[...slash] + file
    }
}

extension TokenCursor {
    /// Whether another word follows.
    func hasMore(in text: Span<UInt8>) -> Bool {
        var copy = self
        return copy.next(in: text) != nil
    }
}
