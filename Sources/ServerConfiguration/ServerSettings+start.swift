// Which settings are read at the start alone: a reload keeps what the server was started with.

extension ServerSettings {
    /// A key, or a part of one.
    private struct StartKey: Sendable {
        let name: String
        let isChanged: @Sendable (ServerSettings, ServerSettings) -> Bool
        let keep: @Sendable (inout ServerSettings, ServerSettings) -> Void

        init<Value: Equatable & SendableMetatype>(
            _ name: String, _ value: any WritableKeyPath<ServerSettings, Value> & Sendable
        ) {
            self.name = name
            isChanged = { $0[keyPath: value] != $1[keyPath: value] }
            keep = { $0[keyPath: value] = $1[keyPath: value] }
        }
    }

    private static let startKeys = [
        StartKey("listen", \.listen), StartKey("admin", \.admin), StartKey("admin", \.adminAccess),
        StartKey("workers", \.workers), StartKey("xdp", \.xdpInterface),
        StartKey("tcp_idle_timeout", \.tcpIdleTimeout), StartKey("tcp_connections", \.tcpConnections),
        StartKey("tcp_connections_per_client", \.tcpConnectionsPerClient), StartKey("state", \.state),
        StartKey("state_keep", \.stateKeep), StartKey("log", \.log), StartKey("query_log", \.queryLog),
    ]

    /// Keys of the section `server` of which a reload takes no notice.
    static var keysReadAtStart: [String] { names(of: startKeys) }

    /// Those that differ from what the server was started with.
    public func keysThatNeedRestart(since started: ServerSettings) -> [String] {
        Self.names(of: Self.startKeys.filter { $0.isChanged(self, started) })
    }

    /// What holds in a server that was started with other settings.
    public func inForce(since started: ServerSettings) -> ServerSettings {
        Self.startKeys.reduce(into: self) { settings, key in key.keep(&settings, started) }
    }

    private static func names(of keys: [StartKey]) -> [String] {
        keys.reduce(into: []) { names, key in if names.last != key.name { names.append(key.name) } }
    }
}
