// Asks a server again and again what `top` shows.

import Admin
import Foundation
import HealthChecks
import Terminal

struct TopPoller: Sendable {
    private(set) var model: TopModel
    private let server: ServerConnection
    private var counts: (values: AnswerCounts, time: ContinuousClock.Instant)?
    private var nextEvent: UInt64?
    private var lastAnswer = Timestamp.now

    /// Events that are kept for tall windows.
    private static let mostEvents = 100

    /// Looks for the first time.
    init(_ server: ServerConnection) async throws {
        self.server = server
        model = TopModel(
            server: server.url, report: try server.decode(try await server.get("/v1/pools")), now: .now)
        try await look()
    }

    /// Throws if there is no answer.
    mutating func look() async throws {
        let report: PoolsReport = try server.decode(try await server.get("/v1/pools"))
        try await lookAtTraffic()
        try await lookAtEvents()
        model.report = report
        model.now = .now
        model.timeZoneOffset = TimeZone.current.secondsFromGMT()
        model.problem = nil
        lastAnswer = model.now
    }

    /// The same; if there is no answer, the model says so, and has what was last known.
    mutating func lookAgain() async {
        do {
            try await look()
        } catch {
            let why = (error as? CommandFailure)?.text ?? "\(error)"
            model.now = .now
            model.problem = "what follows is \(model.now.age(of: "\(lastAnswer)")) old: \(why)"
        }
    }

    private mutating func lookAtTraffic() async throws {
        let runtime: RuntimeReport = try server.decode(try await server.get("/v1/runtime"))
        let now = ContinuousClock.now
        let values = AnswerCounts(runtime)
        if let counts {
            var traffic = model.traffic ?? Traffic()
            traffic.add(values, after: counts.values, seconds: (now - counts.time) / .seconds(1))
            model.traffic = traffic
        }
        counts = (values, now)
        model.name = [runtime.identity, runtime.version].compactMap { $0 }.joined(separator: " ")
        model.upSeconds = Int(runtime.uptimeSeconds)
    }

    private mutating func lookAtEvents() async throws {
        if nextEvent == nil {
            // Only where the newest are.
            let page: EventPage = try server.decode(try await server.get("/v1/events?limit=1"))
            nextEvent = page.newest - min(page.newest, UInt64(Self.mostEvents))
        }
        let page: EventPage = try server.decode(
            try await server.get("/v1/events?after=\(nextEvent ?? 0)&limit=1000"))
        nextEvent = page.newest < page.next ? 0 : page.next
        model.events = (model.events + page.events).suffix(Self.mostEvents)
    }
}
