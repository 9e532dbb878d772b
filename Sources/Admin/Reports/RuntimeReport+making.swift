// Puts together what listeners, reloads and the kernel say.

import Foundation
import HealthChecks

/// What a server does not change while it runs.
public struct ServerFacts: Sendable {
    /// Of zones and triagedns.yaml.
    public var directory: String
    /// UDP threads for each address.
    public var workers: Int
    public var listeners: [RuntimeReport.Listener]

    public init(directory: String, workers: Int, listeners: [RuntimeReport.Listener]) {
        self.directory = directory
        self.workers = workers
        self.listeners = listeners
    }
}

extension RuntimeReport {
    init(_ source: any AdminSource) {
        let (metrics, facts) = (source.metrics(), source.facts())
        let connections = metrics.tcpConnections
        self.init(
            version: metrics.version, identity: metrics.identity.isEmpty ? nil : metrics.identity,
            pid: ProcessInfo.processInfo.processIdentifier, startedAt: Self.text(metrics.startTime),
            uptimeSeconds: max(0, ((Date().timeIntervalSince1970 - metrics.startTime) * 10).rounded() / 10),
            isReady: source.isReady(), directory: facts.directory, state: source.state(), workers: facts.workers,
            listeners: facts.listeners, reloads: Reloads(metrics.reloads),
            queries: metrics.transports.map { Transport($0) },
            tcpConnections: Connections(
                open: connections.open, accepted: connections.accepted,
                closed: Dictionary(connections.closed.map { ($0.reason, $0.count) }, uniquingKeysWith: { $1 })),
            queryLog: metrics.queryLog.map { QueryLog(written: $0.written, dropped: $0.dropped) },
            probing: metrics.probing.map {
                Probing(running: $0.running, mostRunning: $0.mostRunning, limit: $0.limit)
            },
            process: ProcessFigures.current())
    }

    /// - Parameter time: seconds since 1970.
    static func text(_ time: Double) -> String { "\(Timestamp(milliseconds: Int64((time * 1000).rounded())))" }
}

extension RuntimeReport.Reloads {
    fileprivate init(_ reloads: ServerMetrics.Reloads) {
        self.init(
            loaded: reloads.counts[.loaded] ?? 0, partial: reloads.counts[.partial] ?? 0,
            refused: reloads.counts[.refused] ?? 0, lastAt: RuntimeReport.text(reloads.lastTime),
            lastWasLoaded: reloads.lastWasLoaded)
    }
}

extension RuntimeReport.Transport {
    fileprivate init(_ transport: ServerMetrics.Transport) {
        var codes: [String: UInt64] = [:]
        for (code, count) in transport.responses.enumerated() where count > 0 {
            codes[responseCodeName(code)] = count
        }
        self.init(
            transport: transport.name, answered: transport.responses.reduce(0, +), responseCodes: codes,
            truncated: transport.truncated, dropped: transport.dropped, denied: transport.denied,
            limited: transport.limited, slipped: transport.slipped)
    }
}
