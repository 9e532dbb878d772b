// Immutable octets that answers are copied from. A marked place: an array's storage cannot be reached from the query
// path without counting references.

/// Octets at one address, which somebody else frees, later than this is used.
@safe
struct StoredOctets: BitwiseCopyable, @unchecked Sendable {
    private let base: UnsafePointer<UInt8>
    private let size: UInt32

    @inline(__always)
    init(at place: UnsafeRawPointer, count: Int) {
        size = UInt32(truncatingIfNeeded: count)
        unsafe base = place.assumingMemoryBound(to: UInt8.self)
    }

    @inline(__always)
    var count: Int { Int(size) }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "within the octets")
        return unsafe base[index]
    }

    /// A copy.
    var array: [UInt8] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Appends `length` octets from `start` on to a message.
    @inline(__always)
    func append(from start: Int, count length: Int, to response: inout OutputSpan<UInt8>) {
        precondition(start >= 0 && length >= 0 && start <= count &- length, "within the octets")
        unsafe response.append(base + start, count: length)
    }
}

/// A block of octets that is freed with this.
@safe
struct OwnedOctets: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt8>
    private let size: Int

    init(_ octets: [UInt8]) {
        size = octets.count
        unsafe base = .allocate(capacity: max(1, octets.count))
        unsafe base.initialize(from: octets, count: octets.count)
    }

    deinit { unsafe base.deallocate() }

    /// To be used as long as this is there.
    @inline(__always)
    var octets: StoredOctets { unsafe StoredOctets(at: base, count: size) }
}
