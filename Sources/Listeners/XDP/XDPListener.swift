// UDP queries taken off an interface before the network stack sees them, a thread for each of its queues. Beside the
// plain sockets, never instead: fragments, TCP and all that is not for our places still go there.

import CXDP
public import DNSCore
import Glibc
import Synchronization

/// The workers of one interface.
public final class XDPListener: Sendable {
    public let counters: [QueryCounters]
    /// How it is done: `native mode, copied, 2 queues`.
    public let summary: String
    private let map: Descriptor
    private let stopEvent: Descriptor
    /// The program stays attached for as long as this is open.
    private let link: Mutex<Descriptor?>
    private let descriptors: [Int32]
    private let threads: [WorkerThread]

    /// An address and port to answer for.
    public struct Place: Hashable, Sendable {
        public var address: IPAddress
        public var port: UInt16

        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// Opens a socket for each queue. Packets pass by them until `start()`.
    /// - Parameters:
    ///   - interface: its name, such as `eth0`.
    ///   - places: what plain sockets listen on; a wildcard stands for the addresses that the interface has now.
    ///   - state: what the workers answer from.
    ///   - taps: the query log, if there is one.
    /// - Throws: why AF_XDP cannot be had here; the plain sockets go on without it.
    public init(
        interface name: String, places: [Place], state: Published<ServingState>, taps: QueryTaps? = nil
    ) throws(XDPError) {
        let interface = try NetworkInterface(name)
        let places = Self.places(places, on: interface)
        guard !places.isEmpty else { throw XDPError(interface: name, .noPlace) }
        CXDP_raiseLockedMemory()
        func failure(_ step: String) -> XDPError { XDPError(interface: name, .system(step, errno)) }
        map = Descriptor(CXDP_createSocketMap(interface.queues))
        guard map.value >= 0 else { throw failure("cannot make a map") }
        stopEvent = Descriptor(eventfd(0, Int32(EFD_CLOEXEC)))
        guard stopEvent.value >= 0 else { throw failure("cannot make an event") }
        let code = XDPProgram(places: places, map: map.value).instructions
        let program = Descriptor(unsafe CXDP_loadProgram(code, UInt32(code.count), nil, 0))
        guard program.value >= 0 else { throw failure("cannot load the program") }
        // Attached before the sockets are bound, as some drivers want it, and passing all on: the map is still empty.
        let native = Descriptor(CXDP_attach(program.value, interface.index, XDP_FLAGS_DRV_MODE))
        let isNative = native.value >= 0
        let attached = isNative ? native : Descriptor(CXDP_attach(program.value, interface.index, XDP_FLAGS_SKB_MODE))
        guard attached.value >= 0 else { throw failure("cannot attach the program") }
        link = Mutex(attached)
        var counters: [QueryCounters] = []
        var descriptors: [Int32] = []
        var threads: [WorkerThread] = []
        var isZeroCopy = true
        // A worker answers for all places; mostly they are addresses with one port.
        let port = places[0].port
        for queue in 0..<interface.queues {
            let flags = Int32(XDP_USE_NEED_WAKEUP) | (isNative ? 0 : Int32(XDP_COPY))
            let socket = try XDPSocket(interface, queue: queue, flags: flags)
            isZeroCopy = isZeroCopy && socket.isZeroCopy
            let worker = QueryCounters()
            counters.append(worker)
            descriptors.append(socket.descriptor.value)
            threads.append(
                WorkerThread(
                    XDPWorker(
                        socket: socket, stop: fcntl(stopEvent.value, F_DUPFD_CLOEXEC, 0), state: state,
                        counters: worker,
                        tap: taps?.tap(nil, port, .udp) ?? QueryTap())))
        }
        self.counters = counters
        self.descriptors = descriptors
        self.threads = threads
        summary =
            "\(isNative ? "native" : "generic") mode, \(isZeroCopy ? "zero-copy" : "copied"), "
            + (interface.queues == 1 ? "1 queue" : "\(interface.queues) queues")
    }

    /// Starts a worker for each queue, and has packets come to them.
    /// - Returns: whether they do: the privilege to say so may have been given up since, and plain sockets go on.
    /// - Throws: the system has no more threads to give.
    public func start() throws(ThreadError) -> Bool {
        for thread in threads { try thread.start() }
        return descriptors.enumerated().allSatisfy { CXDP_setSocket(map.value, UInt32($0.offset), $0.element) == 0 }
    }

    /// Leaves packets to the plain sockets, answers what has come, and waits for the workers.
    public func stop() {
        link.withLock { $0 = nil }
        var one: UInt64 = 1
        _ = unsafe write(stopEvent.value, &one, MemoryLayout<UInt64>.size)
        for thread in threads { thread.join() }
    }

    /// What `places` mean on an interface. An address that another interface has is kept, but those of this machine
    /// alone: a service address often stands on `lo`, and is reached by way of this one.
    private static func places(_ places: [Place], on interface: NetworkInterface) -> [Place] {
        let own = interface.addresses()
        var result: [Place] = []
        for place in places where !place.address.isLoopback {
            let isWildcard = place.address.octets.allSatisfy { $0 == 0 }
            for address in isWildcard ? own.filter({ $0.isV6 == place.address.isV6 }) : [place.address] {
                let found = Place(address: address, port: place.port)
                if !result.contains(found) { result.append(found) }
            }
        }
        return result
    }
}
