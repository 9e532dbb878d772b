// Which settings are read at the start alone: a reload keeps what the server was started with.

extension ServerSettings {
    /// Whether a key differs between two settings, by its name.
    private static let startKeys: [(name: String, isChanged: @Sendable (Self, Self) -> Bool)] = [
        ("listen", { $0.listen != $1.listen }),
        ("admin", { $0.admin != $1.admin || $0.adminAccess != $1.adminAccess }),
        ("workers", { $0.workers != $1.workers }),
        ("xdp", { $0.xdpInterface != $1.xdpInterface }),
        ("tcp_idle_timeout", { $0.tcpIdleTimeout != $1.tcpIdleTimeout }),
        ("tcp_connections", { $0.tcpConnections != $1.tcpConnections }),
        ("tcp_connections_per_client", { $0.tcpConnectionsPerClient != $1.tcpConnectionsPerClient }),
        ("state", { $0.state != $1.state }),
        ("state_keep", { $0.stateKeep != $1.stateKeep }),
        ("log", { $0.log != $1.log }),
        ("query_log", { $0.queryLog != $1.queryLog }),
    ]

    /// Keys of the section `server` of which a reload takes no notice.
    static var keysReadAtStart: [String] { startKeys.map(\.name) }

    /// Those that differ from what the server was started with.
    public func keysThatNeedRestart(since started: ServerSettings) -> [String] {
        Self.startKeys.filter { $0.isChanged(self, started) }.map(\.name)
    }
}
