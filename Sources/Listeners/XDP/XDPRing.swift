// A ring of descriptors between us and the kernel: one side writes entries and moves the producer, the other reads them
// and moves the consumer (Documentation/networking/af_xdp.rst in Linux).

import CXDP
import Glibc

/// Owns the mapping of a ring with entries of one kind. A marked place: the kernel gives addresses.
@safe
struct XDPRing<Entry: BitwiseCopyable>: ~Copyable {
    private let shared: CXDPRing
    private let entries: UnsafeMutablePointer<Entry>
    private let mask: UInt32
    /// Our side's index, as far as it is written or read; `publish` shows it to the kernel.
    private var position: UInt32 = 0

    /// - Parameter size: a power of two.
    init?(_ socket: Int32, _ kind: CXDPRingKind, size: UInt32) {
        var ring = unsafe CXDPRing()
        guard unsafe CXDP_openRing(socket, kind, size, &ring) == 0 else { return nil }
        unsafe shared = ring
        unsafe entries = ring.entries.assumingMemoryBound(to: Entry.self)
        mask = size - 1
    }

    deinit { unsafe munmap(shared.base, Int(shared.length)) }

    /// Whether the kernel sleeps, and wants to be told of what we write.
    @inline(__always)
    var needsWakeup: Bool { unsafe CXDP_load(shared.flags) & UInt32(XDP_RING_NEED_WAKEUP) != 0 }

    // MARK: Rings that we write: fill and transmit. Never more entries than the ring has: there are no more frames.

    @inline(__always)
    mutating func write(_ entry: Entry) {
        unsafe entries[Int(position & mask)] = entry
        position &+= 1
    }

    /// Shows the kernel what was written.
    @inline(__always)
    func publishWritten() { unsafe CXDP_store(shared.producer, position) }

    /// Whether the kernel has taken all that was published.
    @inline(__always)
    var isTaken: Bool { unsafe CXDP_load(shared.consumer) == position }

    // MARK: Rings that we read: receive and completion.

    /// How many entries wait to be read.
    @inline(__always)
    var waiting: Int { Int(unsafe CXDP_load(shared.producer) &- position) }

    /// Reads one that waits.
    @inline(__always)
    mutating func read() -> Entry {
        defer { position &+= 1 }
        return unsafe entries[Int(position & mask)]
    }

    /// Gives the places of what was read back to the kernel.
    @inline(__always)
    func publishRead() { unsafe CXDP_store(shared.consumer, position) }
}
