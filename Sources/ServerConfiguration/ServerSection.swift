// The section `server` of triagedns.yaml.

internal import DNSCore
internal import Resolving

func readServer(_ section: Value) -> ServerSettings {
    var settings = ServerSettings()
    guard let fields = section.fields(of: .server) else { return settings }
    if let listen = fields["listen"] { settings.listen = readListen(listen) }
    if let admin = fields["admin"] { readAdmin(admin, into: &settings) }
    settings.workers = fields["workers"]?.integer()
    if let xdp = fields["xdp"], xdp.text != "off" { settings.xdpInterface = xdp.string("eth0, or off") }
    settings.tcpIdleTimeout = fields["tcp_idle_timeout"]?.duration() ?? settings.tcpIdleTimeout
    settings.watch = fields["watch"]?.boolean() ?? settings.watch
    if let state = fields["state"] { settings.state = readState(state) }
    settings.stateKeep = fields["state_keep"]?.duration() ?? settings.stateKeep
    settings.tcpConnections = fields["tcp_connections"]?.integer()
    settings.tcpConnectionsPerClient =
        fields["tcp_connections_per_client"]?.integer() ?? settings.tcpConnectionsPerClient
    settings.log = fields["log"].map(readLog) ?? settings.log
    settings.queryLog = fields["query_log"].flatMap(readQueryLog)
    if let resolvers = fields["resolvers"] { settings.resolvers = readResolvers(resolvers) }
    settings.keepAddresses = fields["keep_addresses"]?.duration() ?? settings.keepAddresses
    readAnswers(fields, into: &settings)
    return settings
}

/// Addresses, with a port where it is not 53.
private func readResolvers(_ value: Value) -> ResolverSettings? {
    var servers: [ResolverSettings.Server] = []
    let example = "resolvers: [10.0.0.2, \"127.0.0.1:5353\"]"
    for element in value.list() {
        let endpoint = element.text.flatMap { SocketEndpoint($0) }.map { ($0.address, $0.port) }
        guard let (address, port) = endpoint ?? element.text.flatMap({ IPAddress($0) }).map({ ($0, 53) }) else {
            element.fail("a resolver must be an address, with or without a port\(element.butIs); write \(example)")
            continue
        }
        let server = ResolverSettings.Server(address, port: port)
        if servers.contains(server) { element.fail("resolvers names \(server) twice; remove one of the two") }
        servers.append(server)
    }
    if value.list().isEmpty { value.fail("resolvers names no address; write \(example), or remove it") }
    if servers.count > ResolverSettings.mostServers {
        value.fail(
            "resolvers names \(servers.count) name servers, the limit is \(ResolverSettings.mostServers); remove some")
    }
    return ResolverSettings(servers: servers)
}

/// Whether it can be written is seen at the start: no reason not to answer.
private func readState(_ value: Value) -> StatePlace {
    value.text == "off" ? .off : value.filePath("/var/lib/triagedns, or off").map { .directory($0) } ?? .standard
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

func readEndpoint(_ value: Value, example: String) -> SocketEndpoint? {
    guard let text = value.text, let endpoint = SocketEndpoint(text) else {
        value.fail(
            "\(value.name) must be an address and a port\(value.butIs); write \(value.name): \(example)")
        return nil
    }
    return endpoint
}
