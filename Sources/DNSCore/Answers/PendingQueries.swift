// Queries that were read and wait for their answers. What their names lead to is somewhere else in memory for each of
// them: the waits for it pass at the same time if several queries are read before the first of them is answered.

/// Where the records of a name are.
struct NamePlace: BitwiseCopyable {
    /// The zone's number.
    var zone: Int
    /// Its node, unless two names have hashes that are alike; 0 if there is no such name.
    var entry = 0

    init(zone: Int, entry: Int = 0) {
        self.zone = zone
        self.entry = entry
    }

    /// Nil if no zone of ours encloses the name.
    @inline(__always)
    init?(of name: borrowing QueryName, _ type: RecordType, _ image: borrowing ServingImage) {
        guard let zone = image.zone(of: name, type) else { return nil }
        self.init(zone: zone, entry: image.isUnavailable(zone) ? 0 : image[zone].likelyEntry(of: name))
    }
}

/// The pending queries of one worker. A marked place: they are large, and reading a part of one copies only that from
/// memory with an address of its own.
@safe
struct PendingQueries: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<Query>
    /// Keeps what was looked at, or the compiler would leave the looking out.
    private var seen: UInt64 = 0

    /// As many as their names fit the fastest cache beside all else, and enough for the waits of all to overlap.
    static var capacity: Int { 8 }

    init() {
        unsafe base = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity { unsafe (base + index).initialize(to: Query()) }
    }

    deinit {
        unsafe base.deinitialize(count: Self.capacity)
        unsafe base.deallocate()
    }

    subscript(number: Int) -> Query {
        @inline(__always)
        unsafeAddress {
            precondition(number >= 0 && number < Self.capacity, "a pending query")
            return unsafe UnsafePointer(base + number)
        }
        @inline(__always)
        nonmutating unsafeMutableAddress {
            precondition(number >= 0 && number < Self.capacity, "a pending query")
            return unsafe base + number
        }
    }

    /// Makes `name` the one that a query asks for. What it was before is left there, to be overwritten by the next.
    @inline(__always)
    borrowing func moveName(of number: Int, to name: inout QueryName) { swap(&name, &self[number].name) }

    /// Looks for the first `count` of them in their zones: few steps for each, so that the processor, which works on
    /// some hundred steps at a time, waits for the memory of several at once.
    @inline(__always)
    mutating func findEntries(_ count: Int, _ image: borrowing ServingImage) {
        for number in 0..<count { self[number].findZone(image) }
        for number in 0..<count { seen ^= self[number].findEntry(image) }
    }
}

/// Reads a message that `answerPending` will answer.
/// - Parameters:
///   - number: which of the messages that are read ahead this is, below `Scratch.pendingCapacity`.
///   - image: the one that it will be answered from.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
public func readAhead(
    _ message: Span<UInt8>, as number: Int, from client: Client, _ image: borrowing ServingImage,
    using scratch: inout Scratch
) {
    scratch.pending[number].read(message, from: client, image)
}

/// Finds where the answers to the first `count` messages that were read ahead are. To be called before any is answered.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
public func findAhead(_ count: Int, _ image: borrowing ServingImage, using scratch: inout Scratch) {
    scratch.pending.findEntries(count, image)
}
