// All TCP connections of the server, over all its listeners, and their limits. Where one too many comes, the idlest is
// closed and the new one served: a client that asks is not refused for the sake of clients that do not. RFC 7766 §6.2.3
// lets a server close idle connections whenever it is short of something.

import CLinuxSockets
import DNSCore
import NIOConcurrencyHelpers
import NIOCore
import Synchronization

/// Opens within limits, and counts.
public final class TCPConnections: Sendable {
    let limits: TCPLimits
    /// Behind a lock that the thread sanitizer knows; `Mutex` it takes for none.
    private let table = NIOLockedValueBox(TCPSessionTable())
    private let open = Atomic<Int>(0)
    private let accepted = Atomic<UInt64>(0)
    private let idle = Atomic<UInt64>(0)
    private let overLimit = Atomic<UInt64>(0)
    private let overClientLimit = Atomic<UInt64>(0)

    /// Connections beyond the limit that may be about to close before no more are accepted for a moment.
    private static let excess = 64

    /// What metrics say.
    public struct Figures: Sendable, Equatable {
        /// Open at this moment.
        public var open = 0
        /// The most that may be.
        public var limit = 0
        /// All that were ever accepted.
        public var accepted: UInt64 = 0
        /// Closed as they had been idle for too long.
        public var closedIdle: UInt64 = 0
        /// Closed as the idlest of all, because there were too many.
        public var closedAtLimit: UInt64 = 0
        /// Closed as the idlest of its client, because that had too many.
        public var closedAtClientLimit: UInt64 = 0

        public init() {}
    }

    public init(_ limits: TCPLimits) { self.limits = limits }

    public var figures: Figures {
        var figures = Figures()
        figures.open = open.load(ordering: .relaxed)
        figures.limit = limits.connections
        figures.accepted = accepted.load(ordering: .relaxed)
        figures.closedIdle = idle.load(ordering: .relaxed)
        figures.closedAtLimit = overLimit.load(ordering: .relaxed)
        figures.closedAtClientLimit = overClientLimit.load(ordering: .relaxed)
        return figures
    }

    /// Makes room for a connection that has come, and takes it in.
    /// - Returns: nil if it is gone already.
    func admit(_ channel: any Channel) -> TCPSession? {
        guard let client = channel.remoteAddress.flatMap({ IPAddress($0) }) else { return nil }
        let session = TCPSession(channel, client: client)
        let victims = table.withLockedValue { table in
            let victims = [evictIfFull(client, &table), evictIfFull(&table)]
            table.add(session)
            return victims
        }
        accepted.add(1, ordering: .relaxed)
        open.add(1, ordering: .relaxed)
        channel.closeFuture.whenComplete { [self] _ in
            open.subtract(1, ordering: .relaxed)
            let isRushOver = table.withLockedValue { table in
                table.remove(session)
                return table.isRushOver()
            }
            if isRushOver { Self.giveMemoryBack(channel.eventLoop) }
        }
        for victim in victims { victim?.channel.close(promise: nil) }
        return session
    }

    /// What thousands of connections have taken goes back to the system, once the last of them are freed. It takes some
    /// milliseconds, after a rush only.
    private static func giveMemoryBack(_ eventLoop: any EventLoop) {
        eventLoop.scheduleTask(in: .seconds(1)) { CLinux_trimMemory() }
    }

    private func evictIfFull(_ client: IPAddress, _ table: inout TCPSessionTable) -> TCPSession? {
        guard table.count(of: client) >= limits.connectionsPerClient, let victim = table.idlest(of: client) else {
            return nil
        }
        overClientLimit.add(1, ordering: .relaxed)
        table.remove(victim)
        return victim
    }

    private func evictIfFull(_ table: inout TCPSessionTable) -> TCPSession? {
        table.count >= limits.connections ? evict(&table) : nil
    }

    private func evict(_ table: inout TCPSessionTable) -> TCPSession? {
        guard let victim = table.idlestOfAll() else { return nil }
        overLimit.add(1, ordering: .relaxed)
        table.remove(victim)
        return victim
    }

    /// Closes the idlest connection: the system has no room for another.
    func closeIdlest() { table.withLockedValue { evict(&$0) }?.channel.close(promise: nil) }

    func countIdle() { idle.add(1, ordering: .relaxed) }

    /// Whether connections come faster than others can be closed for them.
    var isOverfull: Bool { open.load(ordering: .relaxed) > limits.connections + Self.excess }

    /// The connections that came in at `listener`.
    func sessions(of listener: any Channel) -> [TCPSession] {
        table.withLockedValue { $0.all.filter { $0.channel.parent === listener } }
    }
}
