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
    private let size: Int

    init(size: Int) {
        self.size = size
        unsafe base = .allocate(byteCount: size, alignment: MemoryLayout<UInt64>.alignment)
    }

    deinit { unsafe base.deallocate() }

    /// The place for `size` octets at `offset`, which is moved behind them.
    borrowing func take(_ size: Int, _ offset: inout Int) -> UnsafeMutableRawPointer {
        precondition(size >= 0 && offset >= 0 && size <= self.size - offset, "within the block")
        defer { offset += size }
        return unsafe base + offset
    }
}
