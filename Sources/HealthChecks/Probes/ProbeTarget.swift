// Where a probe goes, and by which names.

internal import Checks
internal import DNSCore
internal import NIOCore
internal import NIOHTTP1

/// One address and port, and what they are called.
struct ProbeTarget: Sendable {
    var address: IPAddress
    /// 0 for a program without one.
    var port: UInt16
    /// What clients call it, as far as the check wants to know.
    var clientNames: [String]
    /// Sent as SNI and Host where the operator wrote nothing: the name that clients use, else of the target's host.
    var name: String?
    /// Of a target that is given by name.
    var hostName: String?

    init(_ check: CheckDefinition, address: IPAddress, hostName: String?) {
        self.address = address
        self.hostName = hostName
        port = check.port ?? 0
        clientNames = check.clientNames
        name = check.clientName ?? hostName
    }

    func exchange(
        _ options: HTTPOptions, tls: TLSOptions?, timeout: Duration
    ) throws(ProbeNotRun) -> HTTPExchange {
        HTTPExchange(
            options: options, host: hostHeader(options, tls: tls), authorization: try options.credentials?.header(),
            timeout: timeout)
    }

    /// What stands in the Host header: what the operator wrote, else the name or address with its port.
    private func hostHeader(_ options: HTTPOptions, tls: TLSOptions?) -> String {
        if let host = options.host { return host }
        let name = tls?.serverName ?? name ?? (address.isV6 ? "[\(address)]" : "\(address)")
        return port == (tls == nil ? 80 : 443) ? name : "\(name):\(port)"
    }

    @Sendable func addHTTPCodec(to channel: any Channel) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPExchange.headerLimit
        limits.maxHeaderListSize = HTTPExchange.headerLimit
        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandlers([HTTPRequestEncoder(), ByteToMessageHandler(decoder)])
    }

    /// What a program is told.
    var facts: [(name: String, value: String)] {
        [
            ("address", "\(address)"), ("name", name ?? ""), ("port", port == 0 ? "" : "\(port)"),
        ]
    }
}
