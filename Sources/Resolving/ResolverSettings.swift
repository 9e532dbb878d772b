// Which name servers are asked, and how patiently: what triagedns.yaml says, else the system's own settings
// (resolv.conf(5)).

public import DNSCore

/// Whom to ask.
public struct ResolverSettings: Hashable, Sendable {
    /// A name server that resolves for us.
    public struct Server: Hashable, Sendable, CustomStringConvertible {
        public var address: IPAddress
        public var port: UInt16

        public init(_ address: IPAddress, port: UInt16 = 53) {
            self.address = address
            self.port = port
        }

        /// The address alone where the port is 53.
        public var description: String {
            port == 53 ? "\(address)" : address.isV6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        }
    }

    /// In the order in which they are asked.
    public var servers: [Server]
    /// How long each may take for an answer.
    public var timeout: Duration
    /// How often all of them are asked.
    public var attempts: Int

    /// More are not asked: the system's own resolver asks no more either.
    public static let mostServers = 3

    public init(servers: [Server], timeout: Duration = .seconds(2), attempts: Int = 2) {
        self.servers = servers
        self.timeout = timeout
        self.attempts = attempts
    }

    /// What /etc/resolv.conf says; this machine if it names nobody. Search lists are not used: names are whole.
    init(resolverFile text: String) {
        self.init(servers: [])
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            switch words.first {
            case "nameserver" where servers.count < Self.mostServers:
                if words.count > 1, let address = IPAddress(String(words[1])) { servers.append(Server(address)) }
            case "options": for word in words.dropFirst() { read(option: word) }
            default: break
            }
        }
        if servers.isEmpty { servers = [Server(.v4(0x7f00_0001))] }
    }

    /// Within the limits that resolv.conf(5) has for them.
    private mutating func read(option: Substring) {
        let parts = option.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let value = Int(parts[1]) else { return }
        switch parts[0] {
        case "timeout": timeout = .seconds(min(max(value, 1), 30))
        case "attempts": attempts = min(max(value, 1), 5)
        default: break
        }
    }
}
