// Writing octets of a message. The two marked places copy whole words and runs; each stands under the guard that
// proves it.

extension OutputSpan<UInt8> {
    /// Appends an integer, most significant octet first.
    @inline(__always)
    mutating func append(integer value: some FixedWidthInteger & BitwiseCopyable) {
        let size = value.bitWidth >> 3
        let free = freeCapacity
        precondition(size <= free, "room was checked before")
        let bigEndian = value.bigEndian
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            let end = unsafe UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped) + count
            unsafe end.storeBytes(of: bigEndian, as: type(of: bigEndian))
            count &+= size
        }
    }

    /// Appends `count` octets of a message.
    @inline(__always)
    mutating func append(_ source: Span<UInt8>, from start: Int, count: Int) {
        let available = source.count
        precondition(start >= 0 && count >= 0 && start <= available - count, "within the message")
        // `source` outlives this call, so its address does. (A closure that captures a span counts references.)
        guard let base = unsafe source.withUnsafeBufferPointer({ $0.baseAddress }) else { return }
        unsafe append(base + start, count: count)
    }

    /// Appends `length` octets that are known to be there.
    @inline(__always)
    mutating func append(_ source: UnsafePointer<UInt8>, count length: Int) {
        let free = freeCapacity
        precondition(length <= free, "room was checked before")
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            let end = unsafe UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped) + count
            unsafe end.copyMemory(from: source, byteCount: length)
            count &+= length
        }
    }

    /// Overwrites two octets that were appended before.
    @inline(__always)
    mutating func store(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(value >> 8)
        self[offset + 1] = UInt8(value & 0xff)
    }
}
