// The memory that frames lie in, shared with the kernel.

import CXDP
import Glibc

/// Frames of one socket: the first half for queries, the second for answers. A marked place: the kernel wants addresses.
@safe
struct XDPFrames: ~Copyable {
    /// Octets of a frame, of which the kernel keeps 256 for itself when it receives.
    static let size = 2_048
    /// How many there are for queries, and as many for answers: 4 MiB each. A power of two.
    static let count = 2_048

    private let memory: UnsafeMutableRawPointer
    /// Places of frames for answers that nobody uses, the first `freeCount`.
    private let free: UnsafeMutableBufferPointer<UInt64>
    private(set) var freeCount = 0

    init?() {
        let length = 2 * Self.count * Self.size
        let memory = unsafe mmap(
            nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_POPULATE), -1, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { return nil }
        unsafe self.memory = memory
        unsafe free = .allocate(capacity: Self.count)
        unsafe free.initialize(repeating: 0)
        for index in 0..<Self.count { give(UInt64((Self.count + index) * Self.size)) }
    }

    deinit {
        unsafe munmap(memory, 2 * Self.count * Self.size)
        unsafe free.deallocate()
    }

    /// Registers the frames with a socket.
    func register(_ socket: Int32) -> Bool {
        unsafe CXDP_registerFrames(socket, memory, UInt64(2 * Self.count * Self.size), UInt32(Self.size)) == 0
    }

    /// Takes a frame for an answer; there must be one.
    @inline(__always)
    mutating func take() -> UInt64 {
        precondition(freeCount > 0, "batches are no larger than what is free")
        freeCount -= 1
        return unsafe free[freeCount]
    }

    /// Gives a frame back.
    @inline(__always)
    mutating func give(_ place: UInt64) {
        precondition(freeCount < Self.count, "each frame once")
        unsafe free[freeCount] = place
        freeCount += 1
    }

    /// The octets at a place that the kernel gave, or `take`.
    @inline(__always)
    borrowing func octets(at place: UInt64, count: Int) -> UnsafeMutableBufferPointer<UInt8> {
        precondition(place < UInt64(2 * Self.count * Self.size) && count <= 2 * Self.count * Self.size - Int(place))
        return unsafe UnsafeMutableBufferPointer(
            start: (memory + Int(place)).assumingMemoryBound(to: UInt8.self), count: count)
    }
}
