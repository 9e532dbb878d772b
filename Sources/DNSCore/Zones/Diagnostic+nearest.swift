// "Did you mean": what a user probably wanted to write.

extension Diagnostic {
    /// The candidate that is at most 2 edits, in short words 1 edit, away from `word`; none for 1 or 2 letters.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = word.utf8.count > 4 ? 2 : word.utf8.count > 2 ? 1 : 0
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = editDistance(Array(word.utf8.prefix(60)), Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// How many octets must be added, removed or replaced to turn one word into the other.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, octet) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in 0..<right.count {
                let substitution = diagonal + (octet == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
