// Memory that shares no cache line with anything else: what one worker writes for each query must not take lines away
// from the others.

/// Cache lines as x86-64 and ARM fetch them.
enum CacheLines {
    /// Two lines of 64 octets, as they are fetched in pairs.
    static let alignment = 128

    /// Uninitialized memory for `count` values; to be freed with `deallocate()`.
    static func allocate<Value: ~Copyable>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        let octets = (count * MemoryLayout<Value>.stride + alignment - 1) / alignment * alignment
        let memory = UnsafeMutableRawPointer.allocate(byteCount: octets, alignment: alignment)
        return unsafe memory.bindMemory(to: type, capacity: count)
    }

    /// As a member before and behind what others must not come near to, where it cannot be allocated like that.
    typealias Padding = InlineArray<16, UInt64>
}
