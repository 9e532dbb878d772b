// What one thread does with the AF_XDP socket of a queue: as a UDP worker, but that the packets' headers are ours,
// and each query is answered when it was read: to read several ahead, their frames' headers would be gone through twice.

import DNSCore

/// Answers the queries of one queue.
struct XDPWorker: ~Copyable, Worker {
    private var socket: XDPSocket
    /// Reads once the worker is to end.
    private let stop: Descriptor
    private var reader: Published<ServingState>.Reader
    private var scratch: Scratch
    private let counters: QueryCounters
    private var tap: QueryTap

    init(
        socket: consuming XDPSocket, stop: Int32, state: Published<ServingState>, counters: QueryCounters,
        tap: consuming QueryTap
    ) {
        self.socket = socket
        self.stop = Descriptor(stop)
        reader = Published.Reader(state)
        scratch = Scratch(seed: UInt64.random(in: .min ... .max))
        self.counters = counters
        self.tap = tap
    }

    /// Serves until `stop` reads and nothing is left to answer.
    mutating func run() {
        while true {
            let count = socket.receive()
            guard count > 0 else {
                guard socket.wait(stop) else { return }
                // An idle worker holds on to nothing old.
                reader.refresh()
                continue
            }
            reader.refresh()
            scratch.now = currentSecond()
            tap.startBatch()
            Self.answer(count, &socket, reader.value, counters, &scratch, &tap)
        }
    }

    /// Answers a batch from one state of the world.
    private static func answer(
        _ count: Int, _ socket: inout XDPSocket, _ state: ServingState, _ counters: QueryCounters,
        _ scratch: inout Scratch, _ tap: inout QueryTap
    ) {
        socket.answerEach(count) { query, address, port, response in
            let summary = answerQuery(
                query, from: Client(address, over: .udp), state.image.image, health: state.health, using: &scratch,
                into: &response)
            counters.count(summary, answer: response)
            tap.record(query, from: address, port: port, response: response)
        }
    }
}
