// The admin HTTP endpoint: pool status, events, health of this process, metrics, and what may be changed from here.

public import DNSCore
public import HealthChecks
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
public import Logging
public import ServiceLifecycle

/// What the endpoint shows, asked for with each request.
public struct AdminSource: Sendable {
    /// Pools as the monitor sees them, with `in_service` filled in.
    public var pools: @Sendable () -> [PoolReport]
    /// The same for the status page.
    public var views: @Sendable () -> [PoolView]
    /// Whether the first probe round is over (or its time is).
    public var isReady: @Sendable () -> Bool
    public var metrics: @Sendable () -> ServerMetrics
    /// Reads the directory again.
    public var reload: @Sendable () async -> ReloadReport
    public var prober: @Sendable () -> ProberStatus
    /// Follows an operator's order for a target. Returns once that is saved, where it is.
    public var perform: @Sendable (OperatorOrder, TargetKey) async throws(OperatorError) -> OrderOutcome
    /// All orders that are in force, or will be.
    public var orders: @Sendable () -> [TargetOrders]
    public var events: EventJournal
    /// Has older events; nil: nobody has.
    public var archive: (any EventArchive)?
    /// What survives a restart; nil: nothing does.
    public var state: @Sendable () -> StateStatus?
    /// How the answer to a question comes about, or came.
    public var explain: @Sendable (ExplainRequest) throws(ExplainProblem) -> ExplainReport

    public init(
        pools: @escaping @Sendable () -> [PoolReport], views: @escaping @Sendable () -> [PoolView],
        prober: @escaping @Sendable () -> ProberStatus,
        isReady: @escaping @Sendable () -> Bool, metrics: @escaping @Sendable () -> ServerMetrics,
        reload: @escaping @Sendable () async -> ReloadReport,
        perform: @escaping @Sendable (OperatorOrder, TargetKey) async throws(OperatorError) -> OrderOutcome,
        orders: @escaping @Sendable () -> [TargetOrders],
        events: EventJournal, archive: (any EventArchive)?, state: @escaping @Sendable () -> StateStatus?,
        explain: @escaping @Sendable (ExplainRequest) throws(ExplainProblem) -> ExplainReport
    ) {
        self.pools = pools
        self.views = views
        self.prober = prober
        self.perform = perform
        self.orders = orders
        self.events = events
        self.archive = archive
        self.state = state
        self.explain = explain
        self.isReady = isReady
        self.metrics = metrics
        self.reload = reload
    }
}

/// Serves `source` over HTTP.
public struct AdminServer: Service {
    let source: AdminSource
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
        address: IPAddress, port: UInt16, source: AdminSource, tokens: TokenStore, hosts: [String] = [],
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
        var application = Application(
            router: routes(), server: try builder(),
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

    private func routes() -> Router<AdminContext> {
        let router = Router(context: AdminContext.self)
        router.add(middleware: requests)
        router.add(middleware: AccessMiddleware(access: access))
        addLogin(to: router)
        addReload(to: router)
        addHosts(to: router)
        addOrders(to: router)
        addEvents(to: router)
        addPage(to: router)
        addExplain(to: router)
        addMetrics(to: router)
        router.get("/v1/pools") { [source] _, _ in
            Response.json(PoolsReport(pools: source.pools(), prober: source.prober(), state: source.state()))
        }
        router.get("/healthz") { _, _ in Response.text("ok\n") }
        router.get("/readyz") { [source] _, _ in
            source.isReady()
                ? Response.text("ready\n")
                : Response.text("the first probe round is not over\n", status: .serviceUnavailable)
        }
        return router
    }
}

extension Response {
    static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            var body = ByteBuffer(bytes: try encoder.encode(value))
            body.writeString("\n")
            return Response(
                status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: .init(byteBuffer: body))
        } catch {
            return text("\(error)\n", status: .internalServerError)
        }
    }
}
