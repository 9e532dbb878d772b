// The section `server` of triagedns.yaml.

internal import DNSCore

func readServer(_ section: Value) -> ServerSettings {
    var settings = ServerSettings()
    let known = [
        "listen", "admin", "workers", "xdp", "tcp_idle_timeout", "tcp_connections", "tcp_connections_per_client",
        "watch", "log", "query_log",
    ]
    guard let fields = section.fields(known: known + answerKeys) else { return settings }
    if let listen = fields["listen"] { settings.listen = readListen(listen) }
    if let admin = fields["admin"] {
        settings.admin = admin.text == "off" ? nil : readEndpoint(admin, example: "\"127.0.0.1:8053\" or off")
    }
    settings.workers = fields["workers"]?.integer(in: 1...256)
    if let xdp = fields["xdp"], xdp.text != "off" { settings.xdpInterface = xdp.string("eth0, or off") }
    settings.tcpIdleTimeout = fields["tcp_idle_timeout"]?.duration(minimum: .seconds(1)) ?? settings.tcpIdleTimeout
    settings.watch = fields["watch"]?.boolean() ?? settings.watch
    settings.tcpConnections = fields["tcp_connections"]?.integer(in: 1...1_000_000)
    settings.tcpConnectionsPerClient =
        fields["tcp_connections_per_client"]?.integer(in: 1...1_000_000) ?? settings.tcpConnectionsPerClient
    settings.log = fields["log"].map(readLog) ?? settings.log
    settings.queryLog = fields["query_log"].flatMap(readQueryLog)
    readAnswers(fields, into: &settings)
    return settings
}

private func readListen(_ value: Value) -> [SocketEndpoint] {
    var endpoints: [SocketEndpoint] = []
    for element in value.list() {
        guard let endpoint = readEndpoint(element, example: "[\"127.0.0.1:5300\"]") else { continue }
        if endpoints.contains(endpoint) {
            element.fail("listen names \(endpoint) twice; remove one of the two")
        } else {
            endpoints.append(endpoint)
        }
    }
    if value.list().isEmpty { value.fail("listen names no address; write listen: [\"127.0.0.1:5300\"]") }
    return endpoints
}

private func readEndpoint(_ value: Value, example: String) -> SocketEndpoint? {
    guard let text = value.text, let endpoint = SocketEndpoint(text) else {
        value.fail(
            "\(value.name) must be an address and a port\(value.butIs); write \(value.name): \(example)")
        return nil
    }
    return endpoint
}
