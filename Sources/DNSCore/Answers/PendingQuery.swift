// Queries that were read and wait for their answers. What their names lead to is somewhere else in memory for each of
// them: the waits for it pass at the same time if several queries are read before the first of them is answered.

/// A message that was read: what it asks, and where the answer is to be found.
struct PendingQuery: ~Copyable {
    private(set) var client = Client(.v4(0), over: .udp)
    /// What the access list says of the client.
    private(set) var isAllowed = true
    private(set) var query = Query()
    /// The question's name.
    var name = QueryName()
    /// Nil if no zone of ours encloses it.
    private(set) var place: NamePlace?

    /// Reads a message and finds its zone.
    @inline(__always)
    mutating func read(_ message: Span<UInt8>, from client: Client, _ image: borrowing ServingImage) {
        self.client = client
        place = nil
        isAllowed = image.access.allows(client.address)
        guard isAllowed || !image.access.drops else { return }
        query = Query(message, over: client.transport, name: &name)
        guard query.isLookup else { return }
        place = findZone(for: query.type, of: name, image).map { NamePlace(zone: $0) }
    }

    /// Looks into the zone's slots, and at the entry that one of them leads to.
    /// - Returns: some octets of the entry, so that it is nothing superfluous.
    @inline(__always)
    mutating func findEntry(_ image: borrowing ServingImage) -> UInt64 {
        guard let zone = place?.zone, !image.isUnavailable(zone) else { return 0 }
        let entry = image[zone].likelyEntry(of: name)
        place = NamePlace(zone: zone, entry: entry)
        return image[zone].touch(entry)
    }
}

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
        guard let zone = findZone(for: type, of: name, image) else { return nil }
        self.init(zone: zone, entry: image.isUnavailable(zone) ? 0 : image[zone].likelyEntry(of: name))
    }
}

/// The pending queries of one worker. A marked place: they are large, and reading a part of one copies only that from
/// memory with an address of its own.
@safe
struct PendingQueries: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<PendingQuery>
    /// Keeps what was looked at, or the compiler would leave the looking out.
    private var seen: UInt64 = 0

    /// As many as their names fit the fastest cache beside all else, and enough for the waits of all to overlap.
    static var capacity: Int { 8 }

    init() {
        unsafe base = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity { unsafe (base + index).initialize(to: PendingQuery()) }
    }

    deinit {
        unsafe base.deinitialize(count: Self.capacity)
        unsafe base.deallocate()
    }

    subscript(number: Int) -> PendingQuery {
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
    func moveName(of number: Int, to name: inout QueryName) { swap(&name, &self[number].name) }

    /// Looks for the first `count` of them in their zones: few steps for each, so that the processor, which works on
    /// some hundred steps at a time, waits for the memory of several at once.
    @inline(__always)
    mutating func findEntries(_ count: Int, _ image: borrowing ServingImage) {
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
