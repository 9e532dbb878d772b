// What the command line says of the section `server`.

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
