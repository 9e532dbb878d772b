// Closes the idle connections of one desk. One timer looks at all of them: ending a timer of one's own would take a
// search through everybody's, for each connection that closes.

import NIOCore

/// Looks from time to time, as long as there is a connection. Used on one event loop only.
final class IdleWatch {
    private var watched: [ObjectIdentifier: TCPConnection] = [:]
    private var isLooking = false
    private let interval: TimeAmount

    /// Looks in one idle timeout: a connection may be idle longer than that by one look, or two if it stalls.
    private static let looks: Int64 = 8

    init(idleTimeout: TimeAmount) { interval = .nanoseconds(max(1, idleTimeout.nanoseconds / Self.looks)) }

    func add(_ connection: TCPConnection, on eventLoop: any EventLoop) {
        watched[ObjectIdentifier(connection)] = connection
        if !isLooking { lookLater(eventLoop) }
    }

    func remove(_ connection: TCPConnection) { watched[ObjectIdentifier(connection)] = nil }

    private func lookLater(_ eventLoop: any EventLoop) {
        isLooking = true
        eventLoop.assumeIsolated().scheduleTask(in: interval) { [self] in
            let now = NIODeadline.now()
            // Closing removes them.
            for connection in watched.values.filter({ $0.isIdle(at: now) }) { connection.closeIdle() }
            isLooking = false
            if !watched.isEmpty { lookLater(eventLoop) }
        }
    }
}
