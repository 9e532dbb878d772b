// A set of names, each with a number: open addressing over canonical names, made once and read ever after. It finds
// zones by their apex and nodes by their owner name.

/// Numbers names from 0 in the order in which they are added.
struct NameTable: ~Copyable, Sendable {
    /// Hash tag in the upper half, number + 1 in the lower; 0 is free. The count is a power of two.
    private var slots: [UInt64]
    /// Where each name starts in `words`; one more entry says where the last one ends.
    private(set) var starts: [UInt32] = [0]
    /// Canonical names, each padded with zeros to whole words, which keeps them distinct: a name ends with a zero octet
    /// and has none before that could be taken for the end.
    private(set) var words: [UInt64] = []

    var count: Int { starts.count - 1 }

    init(minimumCapacity: Int = 0) {
        var capacity = 16
        while capacity * 3 < minimumCapacity * 4 { capacity *= 2 }
        slots = [UInt64](repeating: 0, count: capacity)
        starts.reserveCapacity(minimumCapacity + 1)
    }

    /// The number of the suffix of `name` that starts at octet `start`.
    func find(_ name: borrowing QueryName, suffix start: Int) -> Int? {
        let hash = name.hash(ofSuffix: start)
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if entry >> 32 == hash >> 32 {
                let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
                if equals(number, name, suffix: start) { return number }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func equals(_ number: Int, _ name: borrowing QueryName, suffix start: Int) -> Bool {
        let first = Int(starts[number])
        let count = Int(starts[number &+ 1]) &- first
        guard count == name.wordCount(ofSuffix: start) else { return false }
        for index in 0..<count where words[first &+ index] != name.word(index, ofSuffix: start) { return false }
        return true
    }

    /// The number of the suffix of `name`, which is added if it is not there.
    mutating func insert(_ name: borrowing QueryName, suffix start: Int) -> Int {
        if let number = find(name, suffix: start) { return number }
        precondition(count < Int(UInt32.max) - 1 && words.count < Int(UInt32.max) - 32, "a table holds 2^32 words")
        for index in 0..<name.wordCount(ofSuffix: start) { words.append(name.word(index, ofSuffix: start)) }
        starts.append(UInt32(words.count))
        if (count + 1) * 4 > slots.count * 3 {
            grow()
        } else {
            link(count - 1, hash: name.hash(ofSuffix: start))
        }
        return count - 1
    }

    private mutating func link(_ number: Int, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = (hash >> 32) << 32 | UInt64(number + 1)
    }

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        for number in 0..<count {
            var hash = NameHash()
            for index in Int(starts[number])..<Int(starts[number + 1]) { hash.combine(words[index]) }
            link(number, hash: hash.value)
        }
    }

    /// The canonical wire form of a name.
    func wire(of number: Int) -> [UInt8] {
        (0..<length(of: number)).map { octet($0, of: number) }
    }

    /// How many octets a name has.
    func length(of number: Int) -> Int {
        var end = 0
        while true {
            let label = octet(end, of: number)
            end += 1 + Int(label)
            if label == 0 { return end }
        }
    }

    @inline(__always)
    private func octet(_ index: Int, of number: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[Int(starts[number]) + (index >> 3)] >> UInt64((index & 7) << 3))
    }

    /// Makes a name the one in `name`.
    func load(_ number: Int, into name: inout QueryName) {
        let first = Int(starts[number])
        name.set(words: words, from: first, count: Int(starts[number + 1]) - first, length: length(of: number))
    }

    /// Gives back the memory that growing left over.
    mutating func shrink() {
        starts = starts.trimmed()
        words = words.trimmed()
    }
}

extension Array where Element: BitwiseCopyable {
    /// A copy that has no room to grow.
    func trimmed() -> [Element] {
        capacity == count
            ? self
            : unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
                initialized = unsafe buffer.initialize(fromContentsOf: self)
            }
    }
}

extension NameTable {
    /// Whether the first label of a name is `*` (RFC 4592 §2.1.1).
    func isWildcard(_ number: Int) -> Bool {
        UInt16(truncatingIfNeeded: words[Int(starts[number])]) == 0x2a01
    }
}
