// What the connections of one event loop share: it answers one query at a time.

import DNSCore
import NIOCore

/// Scratch memory for answers, used on one event loop only.
@safe
final class TCPDesk: @unchecked Sendable {
    let counters = QueryCounters()
    /// After how long an idle connection is closed.
    let idleTimeout: TimeAmount
    let idleWatch: IdleWatch
    private var reader: Published<ServingState>.Reader
    private var scratch: Scratch
    private var tap: QueryTap
    /// A marked place: a message buffer that is filled again and again.
    private let room: UnsafeMutableBufferPointer<UInt8>

    /// The longest message (RFC 1035 §4.2.2).
    private static let maximumMessage = 65_535

    init(state: Published<ServingState>, idleTimeout: TimeAmount, tap: consuming QueryTap = QueryTap()) {
        self.idleTimeout = idleTimeout
        idleWatch = IdleWatch(idleTimeout: idleTimeout)
        reader = Published.Reader(state)
        scratch = Scratch(seed: UInt64.random(in: .min ... .max))
        self.tap = tap
        unsafe room = .allocate(capacity: Self.maximumMessage)
    }

    deinit { unsafe room.deallocate() }

    /// Lets go of what was replaced. On the event loop only.
    func refresh() { reader.refresh() }

    /// Answers the query in `message`, with its length in front (RFC 1035 §4.2.2).
    /// - Parameter session: who asks.
    /// - Returns: false if it must not be answered.
    func answer(_ message: ByteBufferView, from session: TCPSession, into output: inout ByteBuffer) -> Bool {
        reader.refresh()
        scratch.now = currentSecond()
        tap.startBatch()
        let state = reader.value
        var response = unsafe OutputSpan(buffer: room, initializedCount: 0)
        let summary = unsafe message.withUnsafeBytes { octets in
            let query = unsafe Span<UInt8>(_unsafeBytes: octets)
            let summary = answerQuery(
                query, from: Client(session.client, over: .tcp), state.image.image, health: state.health,
                using: &scratch,
                into: &response)
            tap.record(query, from: session.client, port: session.port, response: response)
            return summary
        }
        counters.count(summary, answer: response)
        let length = unsafe response.finalize(for: room)
        guard length > 0 else { return false }
        output.writeInteger(UInt16(length))
        unsafe output.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<length]))
        return true
    }
}
