// A name as the query path works on it: canonical octets packed into words, so that lower-casing, hashing and comparing
// take eight octets at a time. It is scratch memory of one worker, never stored and never copied.

/// The canonical form of one name, with the places of its suffixes, each of which starts with one of its labels. Labels
/// are numbered from the left; the last is the root's, number `labelCount`.
///
/// A marked place: all of it is at one address, so that it is handed on as one word. (A value of several words is copied
/// for each call, and reading an `InlineArray` out of one copies all of that.)
@safe
struct QueryName: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutableRawPointer

    // What is at the address: three numbers, where each label starts (in one octet), and the name in words of 8.
    private static var labelCountOffset: Int { 8 }
    private static var hashOffset: Int { 16 }
    private static var startsOffset: Int { 24 }
    private static var wordsOffset: Int { startsOffset + labelCapacity }
    private static var size: Int { wordsOffset + wordCapacity * 8 }

    /// 32 words hold 255 octets; a suffix may look into one more.
    private static var wordCapacity: Int { 33 }
    /// 127 labels of one octet each, and the root's, fill a name.
    private static var labelCapacity: Int { 128 }

    init() {
        unsafe base = .allocate(byteCount: Self.size, alignment: 64)
        unsafe base.initializeMemory(as: UInt64.self, repeating: 0, count: Self.size / 8)
    }

    deinit { unsafe base.deallocate() }

    /// In octets, root label included.
    @inline(__always)
    private(set) var length: Int {
        get { unsafe base.load(as: Int.self) }
        nonmutating set { unsafe base.storeBytes(of: newValue, as: Int.self) }
    }

    /// How many labels, the root's not counted.
    @inline(__always)
    private(set) var labelCount: Int {
        get { unsafe base.load(fromByteOffset: Self.labelCountOffset, as: Int.self) }
        nonmutating set { unsafe base.storeBytes(of: newValue, toByteOffset: Self.labelCountOffset, as: Int.self) }
    }

    /// The hash of the whole name.
    @inline(__always)
    private(set) var hash: UInt64 {
        get { unsafe base.load(fromByteOffset: Self.hashOffset, as: UInt64.self) }
        nonmutating set { unsafe base.storeBytes(of: newValue, toByteOffset: Self.hashOffset, as: UInt64.self) }
    }

    /// Octet `i` of the name is octet `i % 8`, counted from the least significant, of word `i / 8`. All octets after
    /// the name's last are zero.
    @inline(__always)
    private subscript(word index: Int) -> UInt64 {
        get {
            precondition(index >= 0 && index < Self.wordCapacity, "within the name")
            let place = Self.wordsOffset &+ index &<< 3
            return UInt64(littleEndian: unsafe base.load(fromByteOffset: place, as: UInt64.self))
        }
        nonmutating set {
            precondition(index >= 0 && index < Self.wordCapacity, "within the name")
            let place = Self.wordsOffset &+ index &<< 3
            unsafe base.storeBytes(of: newValue.littleEndian, toByteOffset: place, as: UInt64.self)
        }
    }

    @inline(__always)
    private func setStart(ofLabel label: Int, _ start: Int) {
        precondition(label < Self.labelCapacity, "labels of two octets and more")
        let octet = UInt8(truncatingIfNeeded: start)
        unsafe base.storeBytes(of: octet, toByteOffset: Self.startsOffset &+ label, as: UInt8.self)
    }

    /// The octet at `offset`.
    subscript(offset: Int) -> UInt8 { UInt8(truncatingIfNeeded: word(0, ofSuffix: offset)) }

    /// Where a label starts.
    @inline(__always)
    func start(ofLabel label: Int) -> Int {
        precondition(label >= 0 && label <= labelCount, "within the name")
        return unsafe Int(base.load(fromByteOffset: Self.startsOffset &+ label, as: UInt8.self))
    }

    /// The hash of the suffix that starts with a label: what it would be as a name of its own.
    @inline(__always)
    func hash(ofLabel label: Int) -> UInt64 { label == 0 ? hash : hash(ofSuffix: start(ofLabel: label)) }

    @inline(never)
    private func hash(ofSuffix start: Int) -> UInt64 {
        var hash = NameHash()
        for index in 0..<wordCount(ofSuffix: start) { hash.combine(word(index, ofSuffix: start)) }
        return hash.value
    }

    /// Eight octets of the suffix that starts at octet `start`, from its word `index`. (Right after the name was set, a
    /// load that is not where one store was has to wait for all of them.)
    @inline(__always)
    func word(_ index: Int, ofSuffix start: Int) -> UInt64 {
        let offset = start &+ index &<< 3
        precondition(offset >= 0 && offset <= (Self.wordCapacity &- 1) &<< 3, "within the name")
        return UInt64(
            littleEndian: unsafe base.loadUnaligned(fromByteOffset: Self.wordsOffset &+ offset, as: UInt64.self))
    }

    /// How many words the suffix from octet `start` on fills, its last one perhaps in part.
    @inline(__always)
    func wordCount(ofSuffix start: Int) -> Int { (length &- start &+ 7) >> 3 }

    // MARK: Setting it

    /// Reads the uncompressed name at `offset` of a message (RFC 1035 §3.1). Compression is refused here: what stands
    /// before the first question of a message is its header, which holds no name to point at.
    /// - Returns: whether there is a name of at most 255 octets; if not, it holds no name that means anything.
    @inline(__always)
    mutating func read(_ message: Span<UInt8>, at offset: Int) -> Bool {
        var position = offset
        var label = 0
        // Only the root's label ends a name: one that reaches the end of the message may end with a zero as well.
        while true {
            guard position < message.count, position &- offset < DomainName.maximumLength else { return false }
            let size = Int(message[position])
            setStart(ofLabel: label, position &- offset)
            guard size > 0 else { break }
            guard size <= DomainName.maximumLabelLength else { return false }
            label &+= 1
            position &+= 1 &+ size
        }
        length = position &- offset &+ 1
        labelCount = label
        copy(message, from: offset, count: position &- offset &+ 1)
        return true
    }

    /// Sets the name to one in wire form.
    mutating func set(name wire: [UInt8]) {
        let isName = read(wire.span, at: 0)
        precondition(isName, "a whole name")
    }

    /// Sets the name to one that is canonical and packed in words already.
    mutating func set(wordCount count: Int, _ word: (Int) -> UInt64) {
        for index in 0..<count { self[word: index] = word(index) }
        self[word: count] = 0
        findLabels()
    }

    /// Sets the name, from octet `position` on, to what is stored: the last labels of a name.
    mutating func set(_ source: StoredOctets, from offset: Int, count: Int, at position: Int = 0) {
        write(source, from: offset, count: count, at: position)
        findLabels()
    }

    /// Sets the name to the stored labels, and after them the labels of `tail`.
    mutating func set(
        _ source: StoredOctets, from offset: Int, count: Int, tail: StoredOctets
    ) {
        write(source, from: offset, count: count, at: 0)
        set(tail, from: 0, count: tail.count, at: count)
    }

    /// Writes stored octets in lower case, and zeros after them.
    private mutating func write(_ source: StoredOctets, from offset: Int, count: Int, at position: Int) {
        for index in 0..<count {
            let place = position &+ index
            let shift = UInt64((place & 7) << 3)
            let before = self[word: place >> 3] & ((1 &<< shift) &- 1)
            self[word: place >> 3] = before | UInt64(DomainName.canonical(source[offset &+ index])) &<< shift
        }
        self[word: (position &+ count &+ 7) >> 3] = 0
    }

    /// Finds the labels of the name that stands there, which is whole.
    private mutating func findLabels() {
        var position = 0
        var label = 0
        while true {
            setStart(ofLabel: label, position)
            let size = Int(self[position])
            guard size > 0 else { break }
            label &+= 1
            position &+= 1 &+ size
        }
        length = position &+ 1
        labelCount = label
        hash = hash(ofSuffix: 0)
    }

    /// Writes the name at `offset` of a message in lower case, and zeros after it, and hashes it on the way.
    @inline(__always)
    private func copy(_ message: Span<UInt8>, from offset: Int, count: Int) {
        var hash = NameHash()
        var index = 0
        while index &<< 3 &+ 8 < count {
            let word = Self.lowercased(message.word(at: offset &+ index &<< 3))
            self[word: index] = word
            hash.combine(word)
            index &+= 1
        }
        // One to eight octets are left, and perhaps not eight in the message.
        let rest = count &- index &<< 3
        let last = offset &+ index &<< 3
        let octets = last &+ 8 <= message.count ? message.word(at: last) : Self.lastOctets(message, from: last)
        let word = Self.lowercased(octets) & UInt64.max &>> UInt64((8 &- rest) &<< 3)
        self[word: index] = word
        self[word: index &+ 1] = 0
        hash.combine(word)
        self.hash = hash.value
    }

    /// The octets at the end of a message, fewer than eight.
    @inline(__always)
    private static func lastOctets(_ message: Span<UInt8>, from offset: Int) -> UInt64 {
        if message.count >= 8 {
            return message.word(at: message.count &- 8) &>> UInt64((offset &+ 8 &- message.count) &<< 3)
        }
        var octets: UInt64 = 0
        for index in offset..<message.count { octets |= UInt64(message[index]) &<< UInt64((index &- offset) &<< 3) }
        return octets
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

/// Hashes word by word. Not keyed: only what an operator loads is ever stored under it.
struct NameHash {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func combine(_ word: UInt64) {
        state = (state ^ word) &* 0xff51_afd7_ed55_8ccd
        state ^= state >> 32
    }

    /// All of its bits depend on all words but the last, of which the high octets do not reach the low bits: those are
    /// where names end, and most names of a zone end alike.
    @inline(__always)
    var value: UInt64 { state }
}
