// Reading integers of a message. A marked place: one load for as many octets, instead of one load for each; it stands
// under the guard that proves it. (`RawSpan`, which could do it, counts references.)

extension Span<UInt8> {
    /// The integer at `offset`, most significant octet first.
    @inline(__always)
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Value.Type = UInt16.self) -> Value {
        Value(bigEndian: load(at: offset))
    }

    /// Eight octets from `offset` on as a word, the first of them the least significant.
    @inline(__always)
    func word(at offset: Int) -> UInt64 { UInt64(littleEndian: load(at: offset)) }

    @inline(__always)
    private func load<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value {
        let available = count
        precondition(offset >= 0 && offset <= available &- MemoryLayout<Value>.size, "within the message")
        // The span outlives this call, so its address does; an empty one has failed above.
        let base = unsafe withUnsafeBufferPointer { $0.baseAddress }.unsafelyUnwrapped
        return unsafe UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: Value.self)
    }
}
