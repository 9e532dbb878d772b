// Elements that stand somewhere in a block of memory, such as a zone's. A marked place, as `StoredOctets` is.

/// Elements in a block that somebody else frees, later than this is used.
@safe
struct StoredArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private let base: UnsafePointer<Element>
    let count: Int

    /// - Parameter place: has `count` elements, and is aligned for them.
    @inline(__always)
    init(at place: UnsafeRawPointer, count: Int) {
        self.count = count
        unsafe base = place.assumingMemoryBound(to: Element.self)
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "within the array")
        return unsafe base[index]
    }
}
