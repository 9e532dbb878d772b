// What the admin endpoint shows of the running server.

import Admin
import Checks
import DNSCore
import Foundation
import HealthChecks
import Notifications
import ServerConfiguration
import StateStore
import Synchronization

/// The server as its operators see it.
struct AdminView: AdminSource {
    let listeners: Listeners
    let monitor: HealthMonitor
    let reloader: Reloader
    let notifier: Notifier
    let store: StateStore?
    let readiness: Readiness
    let explainer: Explainer
    let browser: ZoneBrowser
    /// Seconds since 1970.
    let startTime = Date().timeIntervalSince1970

    var current: Reloader.Current { reloader.current.withLock { $0 } }

    var events: EventJournal { monitor.events }
    var archive: (any EventArchive)? { store }

    func isReady() -> Bool { readiness.isReady }
    func prober() -> ProberStatus { monitor.proberStatus() }
    func orders() -> [TargetOrders] { monitor.orders() }
    func state() -> StateStatus? { store?.status }
    func reload() async -> ReloadReport { await reloader.reload("HTTP") }

    func explain(_ request: ExplainRequest) throws(ExplainProblem) -> ExplainReport {
        try explainer.explain(request)
    }

    func perform(_ order: OperatorOrder, _ key: TargetKey) async throws(OperatorError) -> OrderOutcome {
        var outcome = try monitor.perform(order, on: key)
        outcome.problem = await store?.saveOrders()
        return outcome
    }

    func metrics() -> ServerMetrics {
        var metrics = listeners.metrics(current, startTime: startTime)
        metrics.probing = monitor.figures()
        metrics.notifications = notifier.counts.map { ServerMetrics.Notifications($0, $1) }
        return metrics
    }

    func facts() -> ServerFacts {
        let current = current
        return ServerFacts(
            directory: current.project.directory, workers: listeners.workers,
            listeners: listeners.reports
                + [reloader.started.admin.map { .init(transport: "http", address: "\($0)") }].compactMap { $0 })
    }
}

// MARK: Pools

extension AdminView {
    func pools() -> [PoolReport] {
        monitor.status()
            .filter { !$0.served.definition.targets.isEmpty }
            .map { PoolReport($0.status, $0.served) }
            .inOrder(of: current.project.poolOrder, by: \.name)
    }

    func views() -> [PoolView] {
        let project = current.project
        let questions = project.questions
        return monitor.statusWithTrails()
            .filter { !$0.served.definition.targets.isEmpty }
            .map { pool in
                PoolView(
                    report: PoolReport(pool.status, pool.served), questions: questions[pool.status.name] ?? [],
                    trails: pool.trails)
            }
            .inOrder(of: project.poolOrder, by: \.report.name)
    }
}

extension Project {
    fileprivate var poolOrder: [String] { configuration.pools.map(\.definition.name) }
}

extension Array {
    /// The elements in the order in which `keys` has theirs; those that it has not at the end.
    fileprivate func inOrder(of keys: [String], by key: KeyPath<Element, String>) -> [Element] {
        let ranks = Dictionary(zip(keys, 0...), uniquingKeysWith: { first, _ in first })
        let rank = { (element: Element) in ranks[element[keyPath: key]] ?? keys.count }
        return enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }
}

extension ServerMetrics.Notifications {
    fileprivate init(_ channel: String, _ counts: NotificationCounts) {
        self.init(
            channel: channel, delivered: counts.delivered, failed: counts.failed, retries: counts.retries,
            missedEvents: counts.missedEvents)
    }
}
