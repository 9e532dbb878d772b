// A set of names, each with a number: open addressing over canonical names. It finds zones by their apex, and the names
// of a zone while that is built.

/// Numbers names from 0 in the order in which they are added.
struct NameTable: ~Copyable, Sendable {
    /// Hash tag in the upper half, number + 1 in the lower; 0 is free. The count is a power of two.
    private var slots: [UInt64]
    /// Where each name starts in `words`; one more entry says where the last one ends.
    private var starts: [UInt32] = [0]
    /// Canonical names, each padded with zeros to whole words, which keeps them distinct: a name ends with a zero octet
    /// and has none before that could be taken for the end.
    private var words: [UInt64] = []

    var count: Int { starts.count - 1 }

    init(minimumCapacity: Int = 0) {
        slots = [UInt64](repeating: 0, count: Self.slotCount(for: minimumCapacity))
        starts.reserveCapacity(minimumCapacity + 1)
    }

    /// How many slots so many names are to have: a quarter stays free.
    static func slotCount(for names: Int) -> Int {
        var count = 16
        while count * 3 < names * 4 { count *= 2 }
        return count
    }

    /// The number of the suffix of `name` that starts with a label; of the whole name with the first.
    @inline(__always)
    func find(_ name: borrowing QueryName, label: Int = 0) -> Int? {
        let tag = Self.tag(name.hash(ofLabel: label))
        let mask = slots.count &- 1
        var slot = Int(tag) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if entry >> 32 == tag {
                let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
                if equals(number, name, suffix: name.start(ofLabel: label)) { return number }
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// What a slot keeps of a hash, and where it is looked for first.
    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt64 { hash & 0xffff_ffff }

    /// Whether a name is the suffix of `name` that starts at octet `start`.
    @inline(__always)
    func equals(_ number: Int, _ name: borrowing QueryName, suffix start: Int) -> Bool {
        let first = Int(starts[number])
        let count = Int(starts[number &+ 1]) &- first
        guard count == name.wordCount(ofSuffix: start) else { return false }
        var index = 0
        while index < count {
            guard words[first &+ index] == name.word(index, ofSuffix: start) else { return false }
            index &+= 1
        }
        return true
    }

    /// The number of the suffix of `name` that starts with a label, which is added if it is not there.
    mutating func insert(_ name: borrowing QueryName, label: Int = 0) -> Int {
        if let number = find(name, label: label) { return number }
        precondition(count < Int(UInt32.max) - 1 && words.count < Int(UInt32.max) - 32, "a table holds 2^32 words")
        let start = name.start(ofLabel: label)
        for index in 0..<name.wordCount(ofSuffix: start) { words.append(name.word(index, ofSuffix: start)) }
        starts.append(UInt32(words.count))
        if count * 4 > slots.count * 3 { grow() }
        link(Self.tag(name.hash(ofLabel: label)) << 32 | UInt64(count))
        return count - 1
    }

    private mutating func link(_ entry: UInt64) {
        let mask = slots.count - 1
        var slot = Int(entry >> 32) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 { link(entry) }
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
        name.set(wordCount: wordCount(of: number)) { word($0, of: number) }
    }

    /// How many words a name fills.
    func wordCount(of number: Int) -> Int { Int(starts[number + 1] - starts[number]) }

    /// A word of a name, its first octet the least significant.
    func word(_ index: Int, of number: Int) -> UInt64 { words[Int(starts[number]) + index] }

    /// Calls `body` with the lower half of each name's hash, and the name's number.
    func forEachHash(_ body: (UInt32, Int) -> Void) {
        for entry in slots where entry != 0 { body(UInt32(entry >> 32), Int(entry & 0xffff_ffff) - 1) }
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
