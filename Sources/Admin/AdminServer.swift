// The admin HTTP endpoint: pool status, events, health of this process, metrics, and what may be changed from here.

public import DNSCore
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
public import Logging
public import ServiceLifecycle

/// Serves `source` over HTTP.
public struct AdminServer: Service {
    let source: any AdminSource
    private let address: IPAddress
    private let port: UInt16
    let logger: Logger
    private let onOpen: @Sendable () -> Void
    private let certificate: AdminCertificate?
    let access: Access
    let page: PageRenderer
    let requests = RequestCounter()

    /// - Parameters:
    ///   - tokens: of who may use it from elsewhere, and change things.
    ///   - hosts: names under which browsers may ask for it, beside addresses and localhost.
    ///   - certificate: nil for plain HTTP.
    ///   - onOpen: called once the endpoint accepts connections.
    public init(
        address: IPAddress, port: UInt16, source: any AdminSource, tokens: TokenStore, hosts: [String] = [],
        certificate: AdminCertificate? = nil, logger: Logger,
        onOpen: @escaping @Sendable () -> Void
    ) {
        self.address = address
        self.port = port
        self.source = source
        self.logger = logger
        self.onOpen = onOpen
        self.certificate = certificate
        access = Access(tokens, hosts: hosts, isSecure: certificate != nil)
        page = PageRenderer(source)
    }

    /// All that programs and people of one operator need.
    private static let mostConnections = 512

    /// Serves until it is cancelled or gracefully shut down. Throws `AdminError` if the address cannot be had.
    public func run() async throws {
        var quiet = logger
        quiet.logLevel = .warning
        let routes = routes
        var application = Application(
            router: routes.router(requests, AccessMiddleware(access: access, routes: routes, logger: logger)),
            server: try builder(),
            configuration: .init(
                address: .hostname("\(address)", port: Int(port)), serverName: "TriageDNS",
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections, logger: quiet)),
            onServerRunning: { [onOpen] _ in onOpen() },
            logger: quiet)
        application.addServices(page.traffic)
        do {
            try await application.run()
        } catch let error as IOError {
            throw AdminError(address: address, port: port, code: error.errnoCode)
        }
    }

    /// HTTP/1.1, over TLS if there is a certificate. Who is slow to ask, or asks for nothing, has to make room.
    private func builder() throws -> HTTPServerBuilder {
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [RequestDeadline()], idleTimeout: .seconds(60),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)))
        return try certificate.map { try .tls(http, tlsConfiguration: $0.configuration()) } ?? http
    }

    /// Everything that there is.
    var routes: RouteList {
        var routes = RouteList()
        let streams = StreamSlots()
        addPage(to: &routes, streams)
        addLogin(to: &routes)
        addPools(to: &routes)
        addOrders(to: &routes)
        addZones(to: &routes)
        addEvents(to: &routes, streams)
        addExplain(to: &routes)
        addReload(to: &routes)
        addServer(to: &routes)
        addMetrics(to: &routes)
        addDescription(to: &routes)
        return routes
    }
}
