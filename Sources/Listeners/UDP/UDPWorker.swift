// One pthread with a socket of its own: receive a batch, answer each, send the batch. Not a Task: a blocking receive
// would starve the cooperative pool.

public import DNSCore
import Glibc
import Synchronization

/// All workers of one listening address.
public final class UDPListener: Sendable {
    public let counters: [QueryCounters]
    /// Empty once they are shut down: their numbers may be other files by then.
    private let descriptors: Mutex<[Int32]>
    private let threads: [WorkerThread]

    /// Opens the sockets. Queries wait there until `start()`.
    /// - Parameters:
    ///   - workers: how many, 1 or more; the kernel spreads clients over them.
    ///   - state: what they answer from.
    ///   - taps: the query log, if there is one.
    public init(
        address: IPAddress, port: UInt16, workers: Int, state: Published<ServingState>, taps: QueryTaps? = nil
    ) throws(SocketError) {
        // SO_REUSEPORT would let a second server take a share of the queries in silence, so look first.
        _ = try UDPSocket.open(address, port: port, isShared: false)
        var counters: [QueryCounters] = []
        var descriptors: [Int32] = []
        var threads: [WorkerThread] = []
        for _ in 0..<max(1, workers) {
            let socket = try UDPSocket.open(address, port: port, isShared: true)
            let worker = QueryCounters()
            counters.append(worker)
            descriptors.append(socket.descriptor)
            let tap = taps?.tap(address, port, .udp) ?? QueryTap()
            threads.append(WorkerThread(UDPWorker(socket: socket, state: state, counters: worker, tap: tap)))
        }
        self.counters = counters
        self.descriptors = Mutex(descriptors)
        self.threads = threads
    }

    /// Starts a worker on each socket.
    /// - Throws: the system has no more threads to give.
    public func start() throws(ThreadError) {
        for thread in threads { try thread.start() }
    }

    /// Ends the workers and waits for them. A second time, it does nothing.
    public func stop() {
        // Linux wakes a blocked receiver although an unconnected socket cannot be shut down.
        descriptors.withLock { descriptors in
            for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            descriptors = []
        }
        for thread in threads { thread.join() }
    }
}

/// What one worker thread does.
struct UDPWorker: ~Copyable, Worker {
    private let socket: UDPSocket
    private var batch: UDPBatch
    private var reader: Published<ServingState>.Reader
    private var scratch: Scratch
    private let counters: QueryCounters
    private var tap: QueryTap

    init(
        socket: consuming UDPSocket, state: Published<ServingState>, counters: QueryCounters,
        tap: consuming QueryTap
    ) {
        batch = UDPBatch(isWildcard: socket.isWildcard)
        self.socket = socket
        reader = Published.Reader(state)
        scratch = Scratch(seed: UInt64.random(in: .min ... .max))
        self.counters = counters
        self.tap = tap
    }

    /// Serves until the socket is shut down.
    mutating func run() {
        while true {
            let received = batch.receive(socket.descriptor)
            guard received > 0 else {
                // Nothing for a while, interrupted, or an error that a packet drew; a socket that was shut down reads
                // as empty.
                if isShutDown() { return }
                // An idle worker holds on to nothing old.
                reader.refresh()
                continue
            }
            reader.refresh()
            scratch.now = currentSecond()
            tap.startBatch()
            Self.answer(received, &batch, reader.value, counters, &scratch, &tap)
            batch.send(socket.descriptor)
        }
    }

    /// Answers a batch from one state of the world, some of it at a time, of which all is read before the first is
    /// answered.
    private static func answer(
        _ count: Int, _ batch: inout UDPBatch, _ state: ServingState, _ counters: QueryCounters,
        _ scratch: inout Scratch, _ tap: inout QueryTap
    ) {
        var next = 0
        while next < count {
            let packets = next..<min(next + Scratch.pendingCapacity, count)
            next = packets.upperBound
            batch.forEach(in: packets) { place, query, sender in
                readAhead(
                    query, as: place, from: Client(sender.address, over: .udp), state.image.image, using: &scratch)
            }
            findAhead(packets.count, state.image.image, using: &scratch)
            batch.answerEach(in: packets) { place, query, sender, response in
                let summary = answerPending(
                    place, query, state.image.image, health: state.health, using: &scratch, into: &response)
                counters.count(summary, answer: response)
                tap.record(query, from: sender.address, port: sender.port, response: response)
            }
        }
    }

    private borrowing func isShutDown() -> Bool {
        var watched = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, 0) > 0 && watched.revents & Int16(POLLHUP) != 0
    }
}
