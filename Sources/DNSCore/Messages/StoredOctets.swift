// Immutable octets that answers are copied from. A marked place: an array's storage cannot be reached from the query
// path without counting references.

/// A block of octets at one address.
@safe
struct StoredOctets: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt8>
    private let size: UInt32
    private let isOwner: Bool

    init(_ octets: [UInt8]) {
        size = UInt32(octets.count)
        isOwner = true
        unsafe base = .allocate(capacity: Swift.max(1, octets.count))
        unsafe base.initialize(from: octets, count: octets.count)
    }

    /// Octets in a block that somebody else frees, later than this is used.
    init(_ octets: [UInt8], in block: UnsafeMutableRawPointer) {
        size = UInt32(octets.count)
        isOwner = false
        unsafe base = block.bindMemory(to: UInt8.self, capacity: octets.count)
        unsafe base.initialize(from: octets, count: octets.count)
    }

    deinit { if isOwner { unsafe base.deallocate() } }

    @inline(__always)
    var count: Int { Int(size) }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "within the octets")
        return unsafe base[index]
    }

    /// Appends `length` octets from `start` on to a message.
    @inline(__always)
    func append(from start: Int, count length: Int, to response: inout OutputSpan<UInt8>) {
        precondition(start >= 0 && length >= 0 && start <= count - length, "within the octets")
        unsafe response.append(UnsafePointer(base) + start, count: length)
    }
}
