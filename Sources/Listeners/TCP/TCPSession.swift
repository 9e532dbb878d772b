// One open connection as the others see it. Its event loop writes, whoever looks for the idlest reads: without a lock,
// so that a query costs one store.

import DNSCore
import NIOCore
import Synchronization

/// A connection, its client, and when it was last of use.
final class TCPSession: Sendable {
    let channel: any Channel
    let client: IPAddress
    let port: UInt16
    private let activity: Atomic<UInt64>

    init(_ channel: any Channel, client: IPAddress) {
        self.channel = channel
        self.client = client
        port = channel.remoteAddress?.port.map { UInt16(truncatingIfNeeded: $0) } ?? 0
        activity = Atomic(NIODeadline.now().uptimeNanoseconds)
    }

    /// When it was opened, a whole query came, or the client took an answer: whatever was last.
    var lastActivity: NIODeadline { .uptimeNanoseconds(activity.load(ordering: .relaxed)) }

    /// Called on the event loop of the connection only.
    func touch() { activity.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
}
