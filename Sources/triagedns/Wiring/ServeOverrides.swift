// What the command line says of the section `server`, and what a reload can change of it.

import ServerConfiguration

/// Flags of `serve`; they win over triagedns.yaml.
struct ServeOverrides: Sendable {
    var listen: [SocketEndpoint] = []
    var admin: AdminPlace?
    var workers: Int?
    var xdp: String?
    var watch = false
    var state: StatePlace?
    var logFormat: LogSettings.Format?
    var logLevel: LogSettings.Level?

    func apply(to settings: ServerSettings) -> ServerSettings {
        var settings = settings
        if !listen.isEmpty { settings.listen = listen }
        if let admin { settings.admin = admin.endpoint }
        if let workers { settings.workers = workers }
        if let xdp { settings.xdpInterface = xdp == "off" ? nil : xdp }
        if watch { settings.watch = true }
        if let logFormat { settings.log.format = logFormat }
        if let logLevel { settings.log.level = logLevel }
        if let state { settings.state = state }
        return settings
    }
}

extension ServerSettings {
    /// The keys that differ from those the server was started with, and are read at the start only.
    func keysThatNeedRestart(since started: ServerSettings) -> [String] {
        let keys: [(name: String, isChanged: Bool)] = [
            ("listen", listen != started.listen),
            ("admin", admin != started.admin || adminAccess != started.adminAccess),
            ("workers", workers != started.workers),
            ("log", log != started.log),
            ("query_log", queryLog != started.queryLog),
            ("xdp", xdpInterface != started.xdpInterface),
            ("tcp_idle_timeout", tcpIdleTimeout != started.tcpIdleTimeout),
            ("tcp_connections", tcpConnections != started.tcpConnections),
            ("state", state != started.state),
            ("state_keep", stateKeep != started.stateKeep),
            ("tcp_connections_per_client", tcpConnectionsPerClient != started.tcpConnectionsPerClient),
        ]
        return keys.filter(\.isChanged).map(\.name)
    }
}
