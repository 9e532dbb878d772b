// The arrays of a zone, in one block of memory: an allocation for each would take ten thousand small zones more than what
// is in them. A marked place, as `StoredOctets` is.

/// Elements in a block that somebody else frees, later than this is used.
@safe
struct StoredArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private let base: UnsafePointer<Element>
    let count: Int

    /// Copies `elements` to `place`, which is aligned for them and has room.
    init(_ elements: [Element], in place: UnsafeMutableRawPointer) {
        count = elements.count
        let start = unsafe place.bindMemory(to: Element.self, capacity: elements.count)
        unsafe start.initialize(from: elements, count: elements.count)
        unsafe base = UnsafePointer(start)
    }

    var indices: Range<Int> { 0..<count }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "within the array")
        return unsafe base[index]
    }
}

/// Frees one block of memory.
@safe
struct MemoryBlock: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutableRawPointer

    init(size: Int) {
        unsafe base = .allocate(byteCount: size, alignment: MemoryLayout<UInt64>.alignment)
    }

    deinit { unsafe base.deallocate() }

    /// The place at `offset`, which is moved on by the `size` octets that the caller wants there.
    borrowing func take(_ size: Int, _ offset: inout Int) -> UnsafeMutableRawPointer {
        defer { offset += size }
        return unsafe base + offset
    }
}
