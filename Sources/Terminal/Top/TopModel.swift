// What `triagedns top` shows, gathered from a server.

public import Admin
import DNSCore
public import HealthChecks

public struct TopModel: Sendable {
    /// Where it was asked.
    public var server: String
    /// What it calls itself, and its version; empty where that is not known.
    public var name = ""
    public var report: PoolsReport
    /// What has happened, the newest last.
    public var events: [HealthEvent] = []
    /// Since when it runs, in seconds; nil where that is not known.
    public var upSeconds: Int?
    /// Nil until there are two counts to compare.
    public var traffic: Traffic?
    public var now: Timestamp
    /// Seconds from UTC to local time.
    public var timeZoneOffset = 0
    /// Why what is shown is not of now.
    public var problem: String?

    public init(server: String, report: PoolsReport, now: Timestamp) {
        self.server = server
        self.report = report
        self.now = now
    }
}

/// The answers of a server since it started, added up.
public struct AnswerCounts: Sendable, Hashable {
    /// By transport, and by response code.
    public var byTransport: [String: UInt64] = [:]
    public var byCode: [String: UInt64] = [:]
    /// Messages that got none.
    public var dropped: UInt64 = 0

    public init() {}

    public init(_ report: RuntimeReport) {
        for transport in report.queries {
            byTransport[transport.transport, default: 0] += transport.answered
            dropped += transport.dropped
            for (code, count) in transport.responseCodes { byCode[code, default: 0] += count }
        }
    }

    public var all: UInt64 { byTransport.values.reduce(0, +) }
}

/// What was asked between two looks at a server, and before.
public struct Traffic: Sendable {
    /// Each a second.
    public private(set) var rate = 0.0
    public private(set) var byTransport: [(name: String, rate: Double)] = []
    /// The most frequent first, those that are there at all.
    public private(set) var byCode: [(name: String, rate: Double)] = []
    public private(set) var dropped = 0.0
    /// The rates of the last looks, the newest last.
    public private(set) var history: [Double] = []

    /// Looks that are remembered.
    static let longestHistory = 60

    public init() {}

    /// - Parameter seconds: between the counts.
    public mutating func add(_ now: AnswerCounts, after before: AnswerCounts, seconds: Double) {
        // Counts that go back are those of another process: there is nothing to compare.
        let isSame = before.byCode.allSatisfy { code, count in now.byCode[code, default: 0] >= count }
        guard seconds > 0, isSame, now.all >= before.all, now.dropped >= before.dropped else { return }
        let rates = { (new: [String: UInt64], old: [String: UInt64]) in
            new.map { key, count in (key, Double(count - min(count, old[key] ?? 0)) / seconds) }
                .filter { $0.1 > 0 }
                .sorted { ($0.1, $1.0) > ($1.1, $0.0) }
        }
        rate = Double(now.all - before.all) / seconds
        byTransport = rates(now.byTransport, before.byTransport).map { (name: $0.0, rate: $0.1) }
        byCode = rates(now.byCode, before.byCode).map { (name: $0.0, rate: $0.1) }
        dropped = Double(now.dropped - before.dropped) / seconds
        history = history.suffix(Self.longestHistory - 1) + [rate]
    }
}
