// Writing octets of a message. The marked places copy whole words and runs; each stands under the guard that
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
            unsafe end.copyShort(from: source, byteCount: length)
            count &+= length
        }
    }

    /// Overwrites octets that were appended before, most significant first.
    @inline(__always)
    mutating func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        let written = count
        precondition(offset >= 0 && offset <= written &- value.bitWidth >> 3, "appended before")
        let bigEndian = value.bigEndian
        unsafe withUnsafeMutableBufferPointer { buffer, _ in
            let place = unsafe UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped) + offset
            unsafe place.storeBytes(of: bigEndian, as: type(of: bigEndian))
        }
    }
}

extension UnsafeMutableRawPointer {
    /// Copies octets, most often few: then the call of memcpy would take longer than the copying.
    @inline(__always)
    fileprivate func copyShort(from source: UnsafeRawPointer, byteCount count: Int) {
        guard 8...64 ~= count else { return unsafe copyMemory(from: source, byteCount: count) }
        var done = 0
        while done &+ 8 < count {
            unsafe storeBytes(
                of: source.loadUnaligned(fromByteOffset: done, as: UInt64.self), toByteOffset: done, as: UInt64.self)
            done &+= 8
        }
        // The last word, of which some octets may be there already.
        unsafe storeBytes(
            of: source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self), toByteOffset: count &- 8,
            as: UInt64.self)
    }
}
