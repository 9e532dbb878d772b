// Which connections there are, by client, and which of them is the idlest. Who is idle for how long changes with every
// query, so no order is kept: it is made when somebody must go.

import DNSCore
import NIOCore

/// The open connections.
struct TCPSessionTable {
    private(set) var count = 0
    /// The most there were since the rush before the last one was over.
    private var most = 0
    private var clients: [IPAddress: [ObjectIdentifier: TCPSession]] = [:]
    /// The idlest when last all were looked at, the idlest of them last. Who is not among them was more active then, and
    /// is now.
    private var idlest: [(session: TCPSession, activity: NIODeadline)] = []

    /// Looking at all of them pays for this share of them to go.
    private static let shareOfIdlest = 8
    private static let leastIdlest = 16
    private static let rush = 1024

    var all: [TCPSession] { clients.values.flatMap(\.values) }

    mutating func add(_ session: TCPSession) {
        clients[Self.key(session.client), default: [:]][ObjectIdentifier(session)] = session
        count += 1
        most = max(most, count)
    }

    /// Forgets a connection, once.
    mutating func remove(_ session: TCPSession) {
        let key = Self.key(session.client)
        guard clients[key]?.removeValue(forKey: ObjectIdentifier(session)) != nil else { return }
        if clients[key]?.isEmpty == true { clients[key] = nil }
        count -= 1
    }

    /// Says once that a rush is over: of many connections, few are left.
    mutating func isRushOver() -> Bool {
        guard most >= Self.rush, count <= most / Self.shareOfIdlest else { return false }
        most = count
        return true
    }

    /// How many connections the client at `address` has.
    func count(of address: IPAddress) -> Int { clients[Self.key(address)]?.count ?? 0 }

    /// The client's connection that is idle for longest. Looks at all that it has.
    func idlest(of address: IPAddress) -> TCPSession? {
        clients[Self.key(address)]?.values.min { $0.lastActivity < $1.lastActivity }
    }

    /// The connection that is idle for longest. Looks at all, but not each time.
    mutating func idlestOfAll() -> TCPSession? {
        if let session = nextIdlest() { return session }
        let all = self.all.map { (session: $0, activity: $0.lastActivity) }.sorted { $0.activity < $1.activity }
        idlest = all.prefix(max(Self.leastIdlest, all.count / Self.shareOfIdlest)).reversed()
        // Nobody but their event loops can have touched one since; that one is then as good a choice as any.
        return nextIdlest() ?? all.first?.session
    }

    /// The idlest of those that were so when last all were looked at, if one has stayed idle.
    private mutating func nextIdlest() -> TCPSession? {
        while let (session, activity) = idlest.popLast() {
            let isOpen = clients[Self.key(session.client)]?[ObjectIdentifier(session)] != nil
            if isOpen, session.lastActivity == activity { return session }
        }
        return nil
    }

    /// An IPv6 client is its /64: hosts have that many addresses (RFC 8981), and attackers too.
    private static func key(_ address: IPAddress) -> IPAddress {
        switch address {
        case .v4: address
        case .v6(let high, _): .v6(high, 0)
        }
    }
}
