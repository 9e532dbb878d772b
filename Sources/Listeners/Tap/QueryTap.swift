// Where a worker hands what it was asked, and what it answered, to the query log. It waits for nobody, allocates nothing
// and, where there is no query log, costs one comparison for each query.

import DNSCore
import Glibc
import Synchronization

/// One worker's end of its ring.
struct QueryTap: ~Copyable {
    /// Not an optional: to look into one would count references.
    private let ring: QueryRing
    private let isOn: Bool
    private let logsQueries: Bool
    private let logsResponses: Bool
    private var sampler: Sampler
    /// Of this batch.
    private var time = timespec()

    /// Takes nothing.
    init() {
        ring = QueryRing.unused
        isOn = false
        logsQueries = false
        logsResponses = false
        sampler = Sampler(share: 1, seed: 0)
    }

    fileprivate init(ring: QueryRing, _ taps: QueryTaps) {
        self.ring = ring
        isOn = true
        logsQueries = taps.logsQueries
        logsResponses = taps.logsResponses
        sampler = Sampler(share: taps.share, seed: UInt64.random(in: .min ... .max))
    }

    /// Reads the clock, once for all queries until the next call.
    @inline(__always)
    mutating func startBatch() {
        if isOn { unsafe clock_gettime(CLOCK_REALTIME, &time) }
    }

    /// - Parameter response: may be empty.
    @inline(__always)
    mutating func record(
        _ query: Span<UInt8>, from client: @autoclosure () -> IPAddress, port: @autoclosure () -> UInt16,
        response: borrowing OutputSpan<UInt8>
    ) {
        guard isOn, sampler.takes() else { return }
        keep(query, from: client(), port: port(), response: response)
    }

    @inline(never)
    private borrowing func keep(
        _ query: Span<UInt8>, from client: IPAddress, port: UInt16, response: borrowing OutputSpan<UInt8>
    ) {
        let messages = UInt64(logsQueries ? 1 : 0) + UInt64(logsResponses && response.count > 0 ? 1 : 0)
        guard messages > 0 else { return }
        let exchange = TappedExchange(
            client: client, port: port, seconds: Int64(time.tv_sec),
            nanoseconds: UInt32(truncatingIfNeeded: time.tv_nsec))
        ring.write(exchange, query: query, response: response.span, messages: messages)
    }
}

/// What the query log takes, and the rings of all workers.
public final class QueryTaps: Sendable {
    /// Of the queries that are logged, above 0 and up to 1.
    public let share: Double
    public let logsQueries: Bool
    public let logsResponses: Bool
    private let capacity: Int
    private let made = Mutex<[QueryRing]>([])

    /// Octets that may wait for the log, for each worker: some 7,000 exchanges.
    public static let defaultCapacity = 1 << 20

    /// - Parameter capacity: of each ring in octets, a power of two from 512 KiB on.
    public init(
        share: Double = 1, logsQueries: Bool = false, logsResponses: Bool = true,
        capacity: Int = QueryTaps.defaultCapacity
    ) {
        precondition(share > 0 && share <= 1, "a share of the queries")
        self.share = share
        self.logsQueries = logsQueries
        self.logsResponses = logsResponses
        self.capacity = capacity
    }

    /// Those of all workers so far.
    public var rings: [QueryRing] { made.withLock(\.self) }

    /// For one more worker.
    func tap(_ address: IPAddress?, _ port: UInt16, _ transport: Transport) -> QueryTap {
        let isWildcard = address?.octets.allSatisfy { $0 == 0 } ?? true
        let place = TapPlace(address: isWildcard ? nil : address, port: port, transport: transport)
        let ring = QueryRing(place: place, capacity: capacity)
        made.withLock { $0.append(ring) }
        return QueryTap(ring: ring, self)
    }
}
