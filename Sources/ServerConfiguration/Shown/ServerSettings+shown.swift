// The section `server` with its defaults filled in.

internal import Checks
internal import DNSCore
internal import Resolving

extension ServerSettings {
    var shown: ShownValue {
        ShownValue([
            "listen": .texts(listen ?? SocketEndpoint.defaultListen),
            "admin": adminShown,
            "identity": identity.map { .text($0) },
            "version": version.map { .text($0.isEmpty ? "off" : $0) },
            "workers": workers.map { .number($0) },
            "xdp": .text(xdpInterface ?? "off"),
            "udp_payload_size": .number(udpPayloadSize),
            "tcp_idle_timeout": .duration(tcpIdleTimeout),
            "tcp_connections": tcpConnections.map { .number($0) },
            "tcp_connections_per_client": .number(tcpConnectionsPerClient),
            "cookies": cookies.shown,
            "rate_limit": rateLimit?.shown ?? .text("off"),
            "access": access.shown,
            "explain_in_answers": explainInAnswers.isEmpty ? .text("off") : .networks(explainInAnswers),
            "resolvers": resolvers.map { .texts($0.servers) },
            "keep_addresses": .duration(keepAddresses),
            "watch": .boolean(watch),
            "state": state.shown,
            "state_keep": .duration(stateKeep),
            "log": ShownValue(["format": .text(log.format.rawValue), "level": .text(log.level.rawValue)]),
            "query_log": queryLog?.shown ?? .text("off"),
        ])
    }

    private var adminShown: ShownValue {
        guard let admin else { return .text("off") }
        return ShownValue([
            "listen": .text("\(admin)"),
            "tokens_file": adminAccess.tokensFile.map { .text($0) },
            "certificate_file": adminAccess.certificateFile.map { .text($0) },
            "key_file": adminAccess.keyFile.map { .text($0) },
            "hosts": adminAccess.hosts.isEmpty ? nil : .texts(adminAccess.hosts),
        ])
    }
}

extension ShownValue {
    fileprivate static func networks(_ networks: [AddressPrefix]) -> ShownValue {
        .texts(networks.map { "\($0.address)/\($0.length)" })
    }
}

extension CookieSettings {
    /// Nothing for a secret that the server has made itself.
    fileprivate var shown: ShownValue? {
        switch self {
        case .random: nil
        case .secrets: ShownValue(["secret_file": .secret])
        case .off: .text("off")
        }
    }
}

extension StatePlace {
    fileprivate var shown: ShownValue? {
        switch self {
        case .standard: nil
        case .off: .text("off")
        case .directory(let path): .text(path)
        }
    }
}

extension RateLimit {
    fileprivate var shown: ShownValue {
        ShownValue([
            "responses_per_second": .number(responsesPerSecond),
            "window": .text("\(window)s"),
            "slip": .number(slip),
            "ipv4_prefix": .number(prefixLength4),
            "ipv6_prefix": .number(prefixLength6),
            "exempt": exempt.isEmpty ? nil : .networks(exempt),
        ])
    }
}

extension AccessList {
    fileprivate var shown: ShownValue? {
        if allow.isEmpty, deny.isEmpty { return nil }
        return ShownValue([
            "allow": allow.isEmpty ? nil : .networks(allow),
            "deny": deny.isEmpty ? nil : .networks(deny),
            "denied": .text(drops ? "drop" : "refuse"),
        ])
    }
}

extension QueryLogSettings {
    fileprivate var shown: ShownValue {
        let kinds = [("auth_query", logsQueries), ("auth_response", logsResponses)].filter(\.1).map(\.0)
        return ShownValue([
            "dnstap": output.shown,
            "sample": .number(share),
            "messages": .texts(kinds),
            "client_prefix": ShownValue(["ipv4": .number(prefixLength4), "ipv6": .number(prefixLength6)]),
            "identity": identity.map { .text($0) },
        ])
    }
}

extension QueryLogSettings.Output {
    fileprivate var shown: ShownValue {
        switch self {
        case .socket(let path): ShownValue(["socket": .text(path)])
        case .file(let path, let longest, let keep):
            ShownValue(["file": .text(path), "max_size": .text("\(longest / 1_000)kB"), "keep": .number(keep)])
        }
    }
}
