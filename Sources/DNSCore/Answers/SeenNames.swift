// Names that one answer has been through, to end loops and to write no record twice (RFC 2181 §5).

/// The hashes of a few names. Part of a worker's scratch memory: only the count is reset for a query.
struct SeenNames {
    private var hashes = InlineArray<12, UInt64>(repeating: 0)
    private var count = 0

    /// The most names that one answer looks up. Longer chains of aliases end there.
    static var capacity: Int { 12 }

    mutating func removeAll() { count = 0 }

    /// - Returns: whether it was not there.
    mutating func insert(_ hash: UInt64) -> Bool {
        for index in 0..<count where hashes[index] == hash { return false }
        hashes[count] = hash
        count += 1
        return true
    }
}
