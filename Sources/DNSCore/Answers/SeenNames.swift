// What an answer has been through, so that loops end where they close. Scratch memory of one worker.

/// A small set of hashes. A marked place: memory with an address of its own needs no clearing between queries.
@safe
struct SeenNames: ~Copyable, @unchecked Sendable {
    private let hashes: UnsafeMutablePointer<UInt64>
    private var count = 0

    /// Two for each name that an answer looks up: the name, and the DNAME that led away from it.
    private static var capacity: Int { 2 * maximumSteps }

    init() {
        unsafe hashes = .allocate(capacity: Self.capacity)
        unsafe hashes.initialize(repeating: 0, count: Self.capacity)
    }

    deinit { unsafe hashes.deallocate() }

    @inline(__always)
    mutating func removeAll() { count = 0 }

    /// - Returns: whether it was not there.
    mutating func insert(_ hash: UInt64) -> Bool {
        precondition(count < Self.capacity, "one name and one DNAME for each step")
        for index in 0..<count where unsafe hashes[index] == hash { return false }
        unsafe hashes[count] = hash
        count += 1
        return true
    }
}
