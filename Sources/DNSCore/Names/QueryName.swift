// A name as the query path works on it: canonical octets packed into words, so that lower-casing, hashing and comparing
// take eight octets at a time. It is scratch memory of one worker, never stored and never copied.

/// The canonical form of one name and, on demand, of each of its suffixes.
///
/// A marked place: reading an `InlineArray` out of a value copies all of it, so the words have an address of their own.
@safe
struct QueryName: ~Copyable, @unchecked Sendable {
    /// Octet `i` of the name is octet `i % 8`, counted from the least significant, of word `i / 8`. All octets after
    /// the name's last are zero. 32 words hold 255 octets; a suffix may look into one more.
    private let base: UnsafeMutablePointer<UInt64>
    /// Where labels start, as `findLabels` found them.
    private let labels: UnsafeMutablePointer<UInt8>
    /// In octets, root label included.
    private(set) var length = 0

    private static var wordCapacity: Int { 33 }
    /// 127 labels of one octet each fill a name.
    private static var labelCapacity: Int { 127 }

    init() {
        unsafe base = .allocate(capacity: Self.wordCapacity)
        unsafe base.initialize(repeating: 0, count: Self.wordCapacity)
        unsafe labels = .allocate(capacity: Self.labelCapacity)
        unsafe labels.initialize(repeating: 0, count: Self.labelCapacity)
    }

    deinit {
        unsafe base.deallocate()
        unsafe labels.deallocate()
    }

    @inline(__always)
    private subscript(word index: Int) -> UInt64 {
        get {
            precondition(index >= 0 && index < Self.wordCapacity, "within the name")
            return unsafe base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < Self.wordCapacity, "within the name")
            unsafe base[index] = newValue
        }
    }

    /// The octet at `offset`.
    subscript(offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: self[word: offset >> 3] >> UInt64((offset & 7) << 3))
    }

    /// Takes note of where the labels start that come before the last `count` octets.
    /// - Returns: how many they are.
    func findLabels(before count: Int) -> Int {
        var found = 0
        var start = 0
        while length - start > count {
            precondition(found < Self.labelCapacity, "within the name")
            unsafe labels[found] = UInt8(truncatingIfNeeded: start)
            found += 1
            start = suffix(after: start)
        }
        return found
    }

    /// Where a label starts, after `findLabels`.
    func start(ofLabel index: Int) -> Int {
        precondition(index >= 0 && index < Self.labelCapacity, "within the name")
        return unsafe Int(labels[index])
    }

    /// Eight octets of the suffix that starts at octet `start`, from its word `index`.
    @inline(__always)
    func word(_ index: Int, ofSuffix start: Int) -> UInt64 {
        let first = (start >> 3) + index
        let shift = UInt64((start & 7) << 3)
        // Two shifts, because a shift by 64 is not one.
        return self[word: first] >> shift | (self[word: first + 1] << 1) << (63 - shift)
    }

    /// How many words the suffix from octet `start` on fills, its last one perhaps in part.
    @inline(__always)
    func wordCount(ofSuffix start: Int) -> Int { (length - start + 7) >> 3 }

    /// The suffix after the label at `start`: the name's parent if `start` is 0.
    @inline(__always)
    func suffix(after start: Int) -> Int { start + 1 + Int(self[start]) }

    @inline(__always)
    func hash(ofSuffix start: Int) -> UInt64 {
        var hash = NameHash()
        for index in 0..<wordCount(ofSuffix: start) { hash.combine(word(index, ofSuffix: start)) }
        return hash.value
    }

    /// Reads the uncompressed name at `offset` of a message (RFC 1035 §3.1). Compression is refused here: what stands
    /// before the first question of a message is its header, which holds no name to point at.
    /// - Returns: whether there is a name of at most 255 octets.
    mutating func read(_ message: Span<UInt8>, at offset: Int) -> Bool {
        var end = offset
        var label = 1
        while label != 0, end < message.count {
            label = Int(message[end])
            end += 1 + label
            guard label <= DomainName.maximumLabelLength else { return false }
        }
        let count = end - offset
        // Only the root's label ends a name: one that reaches the end of the message may end with a zero as well.
        guard label == 0, count <= DomainName.maximumLength else { return false }
        set(message, from: offset, count: count, at: 0)
        return true
    }

    /// Sets the name to one in wire form.
    mutating func set(name wire: [UInt8]) { set(wire.span, from: 0, count: wire.count, at: 0) }

    /// Sets the name to one that is canonical and packed in words already.
    mutating func set(words source: [UInt64], from first: Int, count: Int, length: Int) {
        for index in 0..<count { self[word: index] = source[first + index] }
        self.length = length
        self[word: count] = 0
    }

    /// Writes `count` stored octets in lower case at octet `position`, and zeros after them; the name ends there.
    mutating func set(_ source: borrowing StoredOctets, from offset: Int, count: Int, at position: Int = 0) {
        for index in 0..<count { setOctet(DomainName.canonical(source[offset + index]), at: position + index) }
        length = position + count
        self[word: (length + 7) >> 3] = 0
    }

    /// Writes `count` octets in lower case at octet `position`, and zeros after them; the name ends there.
    mutating func set(_ source: Span<UInt8>, from offset: Int, count: Int, at position: Int) {
        var done = 0
        if position & 7 == 0 {
            // Word by word while a whole word can be read.
            while done < count, offset + done >= 0, offset + done + 8 <= source.count {
                var octets: UInt64 = 0
                for index in 0..<8 {
                    // Within the span, as the loop's condition says.
                    octets |= UInt64(unsafe source[unchecked: offset &+ done &+ index]) << UInt64(index &* 8)
                }
                self[word: (position + done) >> 3] = Self.lowercased(octets)
                done += 8
            }
        }
        if done > count { keep(octets: position + count) }
        while done < count {
            setOctet(DomainName.canonical(source[offset + done]), at: position + done)
            done += 1
        }
        length = position + count
        self[word: (length + 7) >> 3] = 0
    }

    /// Writes an octet whose predecessors in the same word are there; those after it become zero.
    @inline(__always)
    private mutating func setOctet(_ octet: UInt8, at position: Int) {
        let shift = UInt64((position & 7) << 3)
        let before = self[word: position >> 3] & ((1 << shift) &- 1)
        self[word: position >> 3] = before | UInt64(octet) << shift
    }

    /// Zeroes what a word-wise copy wrote after octet `count`.
    @inline(__always)
    private mutating func keep(octets count: Int) {
        let shift = UInt64((count & 7) << 3)
        if shift != 0 { self[word: count >> 3] &= (1 << shift) &- 1 }
    }

    /// Eight octets with their ASCII upper-case letters in lower case. Label lengths are below 64 and stay.
    @inline(__always)
    static func lowercased(_ octets: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = octets & (ones &* 0x7f)
        let aboveZ = low &+ (ones &* (0x7f - 0x5a))
        let fromA = low &+ (ones &* (0x80 - 0x41))
        let isUpper = (fromA ^ aboveZ) & ~octets & (ones &* 0x80)
        return octets | isUpper >> 2
    }
}

/// Hashes a canonical name word by word. Not keyed: only what an operator loads is ever stored under it.
struct NameHash {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func combine(_ word: UInt64) {
        state = (state ^ word) &* 0xff51_afd7_ed55_8ccd
        state ^= state >> 32
    }

    var value: UInt64 { state ^ state >> 29 }
}
