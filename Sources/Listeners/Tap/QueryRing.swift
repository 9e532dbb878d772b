// What one worker has answered, on its way to the query log: a bounded ring of octets that one thread writes and one
// reads. Where there is no room, the worker counts what it left out and goes on.

public import DNSCore
import Synchronization

/// Where a worker is asked.
public struct TapPlace: Hashable, Sendable {
    /// Nil for all addresses of the machine.
    public var address: IPAddress?
    public var port: UInt16
    public var transport: Transport

    public init(address: IPAddress?, port: UInt16, transport: Transport) {
        self.address = address
        self.port = port
        self.transport = transport
    }
}

/// What is kept of an exchange beside its messages. The two messages follow it in the ring.
public struct TappedExchange: Sendable {
    /// Octets until the next one in the ring; 0 where that is at the ring's start.
    fileprivate var length: UInt32 = 0
    fileprivate var queryLength: UInt16 = 0
    fileprivate var responseLength: UInt16 = 0
    /// Since 1970, when the query was received.
    public let seconds: Int64
    public let nanoseconds: UInt32
    public let port: UInt16
    public let client: IPAddress

    init(client: IPAddress, port: UInt16, seconds: Int64, nanoseconds: UInt32) {
        self.client = client
        self.port = port
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    fileprivate static let size = MemoryLayout<TappedExchange>.stride
}

/// A marked place: memory that two threads share, each exchange of which belongs to one of them.
@safe
public final class QueryRing: @unchecked Sendable {
    public let place: TapPlace
    private let octets: UnsafeMutableRawPointer
    private let capacity: Int
    private let shared: UnsafeMutablePointer<Shared>
    /// The worker's: how far the reader was when last there was no room.
    private let lastRead: UnsafeMutablePointer<UInt64>

    /// Octets since the start, so that full and empty differ. Each side has cache lines of its own.
    private struct Shared: ~Copyable {
        let written = Atomic<UInt64>(0)
        let dropped = Atomic<UInt64>(0)
        let between = CacheLines.Padding(repeating: 0)
        let read = Atomic<UInt64>(0)
    }

    /// - Parameter capacity: octets, a power of two, with room for more than the longest exchange.
    init(place: TapPlace, capacity: Int) {
        precondition(capacity.nonzeroBitCount == 1 && capacity >= Self.leastCapacity, "a longest exchange fits")
        self.place = place
        self.capacity = capacity
        unsafe octets = UnsafeMutableRawPointer(CacheLines.allocate(UInt8.self, count: capacity))
        unsafe shared = CacheLines.allocate(Shared.self, count: 1)
        unsafe shared.initialize(to: Shared())
        unsafe lastRead = CacheLines.allocate(UInt64.self, count: 1)
        unsafe lastRead.initialize(to: 0)
    }

    /// What has no log has this one; its memory is never touched.
    static let unused = QueryRing(place: TapPlace(address: nil, port: 0, transport: .udp), capacity: leastCapacity)

    /// Two messages of 65,535 octets, and as much unused behind them.
    static let leastCapacity = 1 << 19

    deinit {
        unsafe octets.deallocate()
        unsafe shared.deinitialize(count: 1)
        unsafe shared.deallocate()
        unsafe lastRead.deallocate()
    }

    /// Messages that found no room.
    public var dropped: UInt64 { unsafe shared.pointee.dropped.load(ordering: .relaxed) }

    // MARK: The worker

    /// Keeps an exchange, or counts it as `messages` dropped ones.
    func write(
        _ exchange: consuming TappedExchange, query: Span<UInt8>, response: Span<UInt8>, messages: UInt64
    ) {
        exchange.queryLength = UInt16(truncatingIfNeeded: query.count)
        exchange.responseLength = UInt16(truncatingIfNeeded: response.count)
        let length = (TappedExchange.size + query.count + response.count + 7) & ~7
        exchange.length = UInt32(length)
        let written = unsafe shared.pointee.written.load(ordering: .relaxed)
        let start = Int(written & UInt64(capacity - 1))
        // What does not fit before the end starts at the beginning.
        let unused = length > capacity - start ? capacity - start : 0
        guard hasRoom(UInt64(unused + length), from: written) else {
            let dropped = self.dropped &+ messages
            return unsafe shared.pointee.dropped.store(dropped, ordering: .relaxed)
        }
        // There is room for its length at least, as everything is a multiple of 8 octets.
        if unused > 0 { unsafe (octets + start).storeBytes(of: 0, as: UInt32.self) }
        var place = unsafe octets + (unused > 0 ? 0 : start)
        unsafe place.initializeMemory(as: TappedExchange.self, to: exchange)
        unsafe place += TappedExchange.size
        unsafe query.withUnsafeBytes { unsafe Self.copy($0, to: place) }
        unsafe place += query.count
        unsafe response.withUnsafeBytes { unsafe Self.copy($0, to: place) }
        unsafe shared.pointee.written.store(written &+ UInt64(unused + length), ordering: .releasing)
    }

    @inline(__always)
    private static func copy(_ source: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
        if let start = source.baseAddress { unsafe place.copyMemory(from: start, byteCount: source.count) }
    }

    /// Looks at how far the reader is only where it matters: that line is the reader's.
    @inline(__always)
    private func hasRoom(_ count: UInt64, from written: UInt64) -> Bool {
        if unsafe written &+ count &- lastRead.pointee <= UInt64(capacity) { return true }
        unsafe lastRead.pointee = shared.pointee.read.load(ordering: .acquiring)
        return unsafe written &+ count &- lastRead.pointee <= UInt64(capacity)
    }

    // MARK: The reader

    /// Calls `body` with exchanges and their messages, oldest first, until it returns false or there are no more. The
    /// room of what it has seen is then free.
    public func read(_ body: (TappedExchange, _ query: Span<UInt8>, _ response: Span<UInt8>) -> Bool) {
        let written = unsafe shared.pointee.written.load(ordering: .acquiring)
        var read = unsafe shared.pointee.read.load(ordering: .relaxed)
        while read != written {
            let start = Int(read & UInt64(capacity - 1))
            guard unsafe (octets + start).load(as: UInt32.self) > 0 else {
                read &+= UInt64(capacity - start)
                continue
            }
            let exchange = unsafe (octets + start).load(as: TappedExchange.self)
            let queryStart = start + TappedExchange.size
            let query = unsafe messages(queryStart, Int(exchange.queryLength))
            let response = unsafe messages(queryStart + query.count, Int(exchange.responseLength))
            read &+= UInt64(exchange.length)
            let goesOn = unsafe body(
                exchange, Span(_unsafeElements: query), Span(_unsafeElements: response))
            guard goesOn else { break }
        }
        unsafe shared.pointee.read.store(read, ordering: .releasing)
    }

    private func messages(_ start: Int, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeRawBufferPointer(start: octets + start, count: count).bindMemory(to: UInt8.self)
    }
}
