// One record: [owner] [TTL] [class] type data (RFC 1035 §5.1), or POOL in place of a type.

internal import CLDNS
internal import DNSCore

extension ZoneFileReader {
    /// The largest time to live (RFC 2181 §8).
    static let maximumTimeToLive: UInt64 = 2_147_483_647
    /// What is assumed once it has been reported that a file gives none.
    private static let assumedTimeToLive: UInt32 = 300

    mutating func readRecord<Sink: RecordSink & ~Copyable>(
        _ text: Span<UInt8>, startsBlank: Bool, into sink: inout Sink
    ) throws(Problem) {
        var cursor = TokenCursor()
        guard try readOwner(text, &cursor, startsBlank: startsBlank) else { return }
        let (written, word) = try readHeader(text, &cursor)
        let timeToLive = self.timeToLive(written)
        if text.matches(word, "POOL") {
            let pool = try readPoolName(text, &cursor)
            let kind = try readPoolKind(text, &cursor, pool: pool)
            sink.addPool(owner: owner.span, timeToLive: timeToLive, pool: pool, as: kind, at: sourcePlace)
            return
        }
        guard let type = typeNames.type(text, word) else { throw unknownType(text.excerpt(word)) }
        guard !RecordTypeNames.isMeta(type) else {
            throw Problem("\(text.excerpt(word)) is for queries and messages only; remove this record")
        }
        data.removeAll(keepingCapacity: true)
        try readData(text, &cursor, type: type)
        sink.add(owner: owner.span, type: type, timeToLive: timeToLive, data: data.span, at: sourcePlace)
    }

    private var sourcePlace: SourcePlace {
        SourcePlace(file: place.file, line: UInt32(truncatingIfNeeded: place.line))
    }

    /// Reads the owner name, or keeps the last one. False if that one was wrong and has been reported.
    private mutating func readOwner(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, startsBlank: Bool
    ) throws(Problem) -> Bool {
        guard !startsBlank else {
            if ownerState == .none {
                throw Problem(
                    "a line that starts with a blank repeats the owner name before it, but there is none yet; "
                        + "write @ for the zone's own name")
            }
            return ownerState == .known
        }
        guard let word = cursor.next(in: text) else { return false }
        ownerState = .broken
        guard text[word.lowerBound] != Octet.quote else {
            throw Problem("\(text.excerpt(word)) is not a name; write it without quotes")
        }
        do throws(NameError) {
            let isRelative = try readName(text, word, origin: origin, into: &owner)
            if isRelative, repeatsOrigin(owner, origin) { warnOfMissingDot(text.excerpt(word)) }
        } catch {
            throw Problem("\"\(text.excerpt(word))\" is not a name: \(error)")
        }
        ownerState = .known
        return true
    }

    /// Reads TTL and class, in either order, and the word that follows: the type.
    private func readHeader(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor
    ) throws(Problem) -> (timeToLive: UInt32?, type: Range<Int>) {
        var timeToLive: UInt32?
        var hasClass = false
        while let word = cursor.next(in: text) {
            if timeToLive == nil, Octet.isDigit(text[word.lowerBound]) {
                timeToLive = try readTimeToLive(text, word)
            } else if !hasClass, try isClass(text, word) {
                hasClass = true
            } else {
                return (timeToLive, word)
            }
        }
        throw Problem("the record has no type; write: name [TTL] [IN] type data")
    }

    func readTimeToLive(_ text: Span<UInt8>, _ word: Range<Int>) throws(Problem) -> UInt32 {
        guard let seconds = text.seconds(word) else {
            throw Problem(
                "\"\(text.excerpt(word))\" is neither a time to live nor a type; write seconds such as 300, or 1h30m")
        }
        guard seconds <= Self.maximumTimeToLive else {
            throw Problem("the time to live \(text.excerpt(word)) is too large; write at most 2147483647 seconds")
        }
        return UInt32(truncatingIfNeeded: seconds)
    }

    private func isClass(_ text: Span<UInt8>, _ word: Range<Int>) throws(Problem) -> Bool {
        if text.matches(word, "IN") || text.matches(word, "CLASS1") { return true }
        let isOther =
            text.matches(word, "CH") || text.matches(word, "HS") || text.matches(word, "CS")
            || text.matches(word, "NONE")
            || word.count > 5 && text.matches(word.lowerBound..<word.lowerBound + 5, "CLASS")
        guard !isOther else { throw Problem("class \(text.excerpt(word)) is not served; write IN, or no class") }
        return false
    }

    /// What is written in the record, else `$TTL`, else the last one written; reports once that there is none.
    private mutating func timeToLive(_ written: UInt32?) -> UInt32 {
        if let written {
            lastTimeToLive = written
            return written
        }
        if let known = defaultTimeToLive ?? lastTimeToLive { return known }
        findings.add(
            .error, file: place.displayPath, line: place.line,
            "the record has no time to live; write $TTL 300 at the top of the file")
        lastTimeToLive = Self.assumedTimeToLive
        return Self.assumedTimeToLive
    }
}
