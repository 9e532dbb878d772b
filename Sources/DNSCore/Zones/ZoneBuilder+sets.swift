// What the records of one set must agree on, and how long answers are remembered.

extension ZoneBuilder {
    /// The records of one set without repetitions, of which each draws a warning.
    mutating func withoutRepetitions(_ range: Range<Int>) -> ArraySlice<PendingRecord> {
        guard range.count > 1 else { return records[range] }
        return range.count <= 8 ? comparingPairs(range) : comparingHashes(range)
    }

    /// For the many small sets: allocates only if there is a repetition.
    private mutating func comparingPairs(_ range: Range<Int>) -> ArraySlice<PendingRecord> {
        var repeated: [Int] = []
        for index in range.dropFirst() {
            let record = records[index]
            let octets = octets(of: record)
            let first = range.prefix { $0 < index }.first {
                CanonicalData.areEqual(self.octets(of: records[$0]), octets, record.type)
            }
            guard let first else { continue }
            repeated.append(index)
            warnOfRepetition(record, of: records[first].line)
        }
        return repeated.isEmpty ? records[range] : range.filter { !repeated.contains($0) }.map { records[$0] }[...]
    }

    private mutating func comparingHashes(_ range: Range<Int>) -> ArraySlice<PendingRecord> {
        var seen: [ArraySlice<UInt8>: UInt32] = [:]
        var unique: [PendingRecord] = []
        let foldsCase = CanonicalData.foldsCase(records[range.lowerBound].type)
        for record in records[range] {
            let octets = octets(of: record)
            let key = foldsCase ? CanonicalData.octets(octets, record.type)[...] : octets
            if let line = seen[key] {
                warnOfRepetition(record, of: line)
            } else {
                seen[key] = record.line
                unique.append(record)
            }
        }
        return unique[...]
    }

    private mutating func warnOfRepetition(_ record: PendingRecord, of line: UInt32) {
        warn(.repetition, record.place) { _ in "the same record is in line \(line) already; remove one" }
    }

    /// All records of a set have one TTL (RFC 2181 §5.2): the lowest.
    mutating func lowestTimeToLive(_ set: ArraySlice<PendingRecord>) -> UInt32 {
        var lowest = set[set.startIndex]
        for record in set where record.timeToLive < lowest.timeToLive { lowest = record }
        if let other = set.first(where: { $0.timeToLive != lowest.timeToLive }) {
            warn(.timeToLive, other.place) {
                "the \(other.type.name) records of \($0.ownerText(Int(other.node))) have different TTLs; "
                    + "\(lowest.timeToLive) is used for all, write it here too"
            }
        }
        return lowest.timeToLive
    }

    /// Health-aware answers are as good as they are fresh.
    mutating func checkPoolTimeToLive(_ record: PendingRecord) {
        guard record.timeToLive > Self.longestWithPools else { return }
        warn(.timeToLive, record.place) {
            "the POOL of \($0.ownerText(Int(record.node))) has a TTL of \(record.timeToLive) s, for which clients may go on "
                + "using a target that has failed; write a TTL of \(Self.longestWithPools) or less before POOL, such as 30"
        }
    }

    /// A pool with nobody to answer with says NODATA, and so does one without IPv6 addresses for AAAA.
    mutating func checkNegativeTimeToLive(_ authority: PendingRecord, minimum: UInt32) {
        let timeToLive = min(minimum, authority.timeToLive)
        guard timeToLive > Self.longestWithPools else { return }
        warn(.timeToLive, authority.place) { _ in
            "resolvers remember for \(timeToLive) s that a name or type does not exist (RFC 2308 §5), also where a pool "
                + "had no address to give; write \(Self.longestWithPools) or less as the last number of the SOA"
        }
    }

    /// Seconds that an answer of a zone with pools should be remembered at most.
    private static var longestWithPools: UInt32 { 300 }
}
