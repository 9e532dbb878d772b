import Checks
import DNSCore
import HTTPTypes
import HealthChecks
import Logging
import Testing
import Yams

@testable import Admin

/// The list of routes, and what `openapi.yaml` says of it.
@Suite struct RouteTests {
    private let routes = AdminServer(
        address: .v4(0x7f00_0001), port: 1, source: EmptySource(),
        tokens: TokenStore([], logger: Logger(label: "test")), logger: Logger(label: "test"), onOpen: {}
    ).routes

    private var described: Set<String> {
        get throws {
            let text = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
            let paths = try #require(try compose(yaml: text)?["paths"]?.mapping)
            let methods = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]
            return Set(
                paths.flatMap { path, item in
                    (item.mapping?.keys.compactMap(\.string) ?? []).filter { methods.contains($0) }
                        .map { "\($0.uppercased()) \(path.string ?? "")" }
                })
        }
    }

    @Test func theDescriptionHasAllRoutesAndNoOthers() throws {
        let there = Set(routes.routes.map { "\($0.method.rawValue) \($0.path)" })
        let described = try described
        #expect(described.count > 30)
        #expect(there.subtracting(described).sorted() == [])
        #expect(described.subtracting(there).sorted() == [])
    }

    @Test func noRouteIsThereTwice() {
        let names = routes.routes.map { "\($0.method.rawValue) \($0.path)" }
        #expect(names.count == Set(names).count)
    }

    @Test(arguments: [
        ("/v1/pools", [HTTPRequest.Method.get, .head]),
        ("/v1/pools/a", [.get, .head]),
        ("/v1/pools/a/targets/b/drain", [.post]),
        ("/v1/zones/a%2Fb/records", [.get, .head]),
        ("/login", [.get, .post, .head]),
        ("/v1/pools/a/targets", []),
        ("/v2/pools", []),
    ])
    func aPathHasItsMethods(path: String, methods: [HTTPRequest.Method]) {
        #expect(routes.methods(at: path) == methods)
    }
}

private struct NoZones: ZoneSource {
    func zones(where isWanted: (DomainName) -> Bool) -> [ServerMetrics.Zone] { [] }
    var sums: ServerMetrics.ZoneSums { ServerMetrics.ZoneSums() }
}

/// A server that knows nothing.
struct EmptySource: AdminSource {
    func pools() -> [PoolReport] { [] }
    func views() -> [PoolView] { [] }
    func prober() -> ProberStatus { fatalError("nobody asks") }
    func isReady() -> Bool { true }
    func metrics() -> ServerMetrics {
        ServerMetrics(
            version: "0", identity: "", transports: [],
            tcpConnections: .init(open: 0, limit: 0, accepted: 0, closed: []),
            countedZones: CountedZones(), zones: NoZones(), reloads: .init(lastTime: 0, lastWasLoaded: true),
            startTime: 0)
    }
    func facts() -> ServerFacts { ServerFacts(directory: "", workers: 1, listeners: []) }
    func state() -> StateStatus? { nil }
    func checks() -> [CheckReport] { [] }
    func zones() -> [ZoneReport] { [] }
    func records(_ request: RecordsRequest) async throws(RecordsError) -> RecordsReport { throw .noZone(request.zone) }
    func configuration() -> ShownValue { .mapping([]) }
    func reload() async -> ReloadReport { fatalError("nobody asks") }
    func perform(_ order: OperatorOrder, _ key: TargetKey) async throws(OperatorError) -> OrderOutcome {
        throw .noPool(key.pool)
    }
    func orders() -> [TargetOrders] { [] }
    func explain(_ request: ExplainRequest) throws(ExplainProblem) -> ExplainReport { throw .notKept("nothing") }
    var events: EventJournal { EventJournal() }
    var archive: (any EventArchive)? { nil }
}
