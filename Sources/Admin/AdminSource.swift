// What the endpoint shows and does: asked for with each request, by whoever wires the program.

public import Checks
public import DNSCore
public import HealthChecks

/// The server behind the endpoint.
public protocol AdminSource: Sendable {
    /// Pools as the monitor sees them, with `in_service` filled in.
    func pools() -> [PoolReport]
    /// The same for the status page.
    func views() -> [PoolView]
    func prober() -> ProberStatus
    /// Whether the first probe round is over (or its time is).
    func isReady() -> Bool
    func metrics() -> ServerMetrics
    /// Where it serves, and with what.
    func facts() -> ServerFacts
    /// What survives a restart; nil: nothing does.
    func state() -> StateStatus?

    /// Each definition once, with who is checked so.
    func checks() -> [CheckReport]
    func zones() -> [ZoneReport]
    func records(_ request: RecordsRequest) async throws(RecordsError) -> RecordsReport
    /// What triagedns.yaml and the command line say, without secrets.
    func configuration() -> ShownValue

    /// Reads the directory again.
    func reload() async -> ReloadReport
    /// Follows an operator's order for a target. Returns once that is saved, where it is.
    func perform(_ order: OperatorOrder, _ key: TargetKey) async throws(OperatorError) -> OrderOutcome
    /// All orders that are in force, or will be.
    func orders() -> [TargetOrders]
    /// How the answer to a question comes about, or came.
    func explain(_ request: ExplainRequest) throws(ExplainProblem) -> ExplainReport

    var events: EventJournal { get }
    /// Has older events; nil: nobody has.
    var archive: (any EventArchive)? { get }
}
