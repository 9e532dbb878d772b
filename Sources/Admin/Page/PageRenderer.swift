// Makes the page, whole or in parts, at most a few times a second however many look at it.

import DNSCore
import Foundation
import HealthChecks
import Mustache

/// The parts of the page that change, each written as it stands in the page.
struct PageParts: Sendable {
    var page: String
    /// Ids and texts, in the order of the page. Pools that come or go are another page.
    var parts: [(id: String, html: String)]
    /// The same for two pages with the same parts.
    var shape: Int
}

actor PageRenderer {
    private static let longest = Duration.milliseconds(500)
    private static let mostEvents = 50
    private static let mostZones = 50

    nonisolated let traffic: TrafficHistory
    private let source: any AdminSource
    private var history: StateHistory
    private var made: [String: (time: ContinuousClock.Instant, parts: PageParts)] = [:]

    init(_ source: any AdminSource) {
        self.source = source
        traffic = TrafficHistory(source.metrics)
        history = StateHistory(since: Date())
    }

    /// - Parameter caller: buttons are for who may press them.
    func render(for caller: Caller?) -> PageParts {
        let session = caller.flatMap {
            $0.way == .loopback ? nil : HeaderModel.Session(name: $0.name, role: $0.role.rawValue)
        }
        let canOperate = caller?.role == .operate
        let key = session.map { "\($0.name) \($0.role)" } ?? ""
        if let made = made[key], ContinuousClock.now - made.time < Self.longest { return made.parts }
        var model = model(canOperate: canOperate, Date())
        model.header.session = session
        var parts: [(id: String, html: String)] = [("overall", render(model.header, "header"))]
        parts += model.pools.map { ("pool-\($0.name)", render($0, "pool")) }
        parts.append(("traffic", render(model.traffic, "traffic")))
        parts.append(("timeline", render(model.timeline, "timeline")))
        parts.append(("zones", render(model.zones, "zones")))
        let rendered = PageParts(page: render(model, "page"), parts: parts, shape: parts.map(\.id).hashValue)
        made[key] = (.now, rendered)
        return rendered
    }

    private func render(_ model: some Any, _ name: String) -> String { template(model, name) }

    nonisolated func template(_ model: some Any, _ name: String) -> String {
        PageFiles.templates.render(model, withTemplate: name) ?? ""
    }

    // MARK: What is in it

    private func model(canOperate: Bool, _ now: Date) -> PageModel {
        history.follow(source.events, now: now)
        let metrics = source.metrics()
        let views = source.views()
        let pools = views.map { PoolModel($0, history, canOperate: canOperate, now: now) }
        let identity = metrics.identity
        return PageModel(
            title: identity.isEmpty ? "TriageDNS" : "\(identity) · TriageDNS", version: metrics.version,
            uptime: now.timeIntervalSince(Date(timeIntervalSince1970: metrics.startTime)).durationText,
            assets: PageFiles.version, header: header(metrics, views.map(\.report), now), pools: pools,
            explain: ExplainModel(
                name: "", type: "A", client: "", at: "", example: pools.first?.names.first?.name ?? "www.example.org"),
            traffic: TrafficModel(metrics, rates: traffic.rates), timeline: timeline(now),
            zones: zones(metrics.zones, now))
    }

    private func header(_ metrics: ServerMetrics, _ pools: [PoolReport], _ now: Date) -> HeaderModel {
        let problems = pools.compactMap { pool in PoolModel.problem(pool).map { (pool, $0) } }
        let prober = source.prober()
        let failedZones = metrics.zones.filter(\.hasErrors).map(\.name)
        let (level, text): (Level, String)
        if prober.state != .connected {
            (level, text) = (.bad, prober.text ?? "This node is probably cut off")
        } else if let (pool, problem) = problems.max(by: { PoolModel.level($0.0) < PoolModel.level($1.0) }) {
            let others = problems.count > 1 ? " (and \(problems.count - 1) more to look at)" : ""
            (level, text) = (PoolModel.level(pool), "\(pool.name): \(problem)\(others)")
        } else if let zone = failedZones.first {
            (level, text) = (.warn, "\(zone) has errors in its file")
        } else {
            (level, text) = (.ok, pools.isEmpty ? "Serving" : "Everything in service")
        }
        return HeaderModel(
            identity: metrics.identity, level: level.rawValue, text: text, now: MomentText(now, now: now))
    }

    private func timeline(_ now: Date) -> TimelineModel {
        let newest = source.events.newest
        let after = newest > UInt64(Self.mostEvents) ? newest - UInt64(Self.mostEvents) : 0
        let page = source.events.page(after: after, limit: Self.mostEvents)
        return TimelineModel(events: page.events.reversed().map { TimelineModel.Event($0, now: now) })
    }

    private func zones(_ zones: [ServerMetrics.Zone], _ now: Date) -> ZonesModel {
        let sorted = zones.sorted {
            ($0.hasErrors ? 0 : 1, $0.warnings > 0 ? 0 : 1) < ($1.hasErrors ? 0 : 1, $1.warnings > 0 ? 0 : 1)
        }
        let rest = zones.count - Self.mostZones
        return ZonesModel(
            list: sorted.prefix(Self.mostZones).map { zone in
                ZonesModel.Zone(
                    name: zone.name, serial: zone.serial.map { "\($0)" } ?? "none", records: zone.records.countText,
                    loaded: MomentText(Date(timeIntervalSince1970: zone.loaded), now: now),
                    problem: zone.hasErrors
                        ? (zone.serial == nil
                            ? "not loaded: answers are SERVFAIL" : "errors in its file: served as it was")
                        : nil,
                    warnings: zone.warnings > 0 ? "\(zone.warnings) warning\(zone.warnings == 1 ? "" : "s")" : nil)
            }, more: rest > 0 ? "and \(rest.countText) more" : nil)
    }
}

extension TimelineModel.Event {
    init(_ event: HealthEvent, now: Date) {
        time = MomentText(iso: event.time, now: now)
        let subjects = [event.pool, event.target, event.address].compactMap { $0 }
        subject = subjects.isEmpty ? "this node" : subjects.joined(separator: " ")
        if let from = event.from, let to = event.to {
            change = "\(from) → \(to)"
        } else {
            change = event.kind.rawValue.replacing("_", with: " ")
        }
        reason = event.by.map { "\(event.reason) (\($0))" } ?? event.reason
        level = Self.level(event).rawValue
        if let before = event.before?.text, let after = event.after?.text, before != after {
            answers = Answers(before: before, after: after)
        }
    }

    private static func level(_ event: HealthEvent) -> Level {
        switch event.kind {
        case .transition: event.to.flatMap(HealthState.init(rawValue:)).map { Level($0) } ?? .quiet
        case .override, .maintenanceScheduled, .maintenanceBegin, .maintenanceEnd: .out
        case .commonMode, .moved, .unresolved: .warn
        case .cutOff, .cutOffHoldOver: .bad
        case .commonModeOver, .reachable, .resolved: .ok
        }
    }
}

extension TrafficModel {
    init(_ metrics: ServerMetrics, rates: [Double]) {
        let responses = TrafficHistory.responses(metrics)
        let total = max(1, responses.reduce(0, +))
        let now = rates.suffix(2)
        let rate = now.isEmpty ? 0 : now.reduce(0, +) / Double(now.count)
        self.rate = rate < 10 ? "\(rate.rounded(to: 10))" : Int(rate.rounded()).countText
        let highest = max(rates.max() ?? 1, 1)
        let step = 100 / Double(TrafficHistory.capacity - 2)
        let first = TrafficHistory.capacity - 1 - rates.count
        points = rates.enumerated().map {
            "\((Double(first + $0) * step).coordinate),\((28 - $1 / highest * 26).coordinate)"
        }
        .joined(separator: " ")
        label = "queries in the last ten minutes, at most \(Int(highest.rounded()).countText) a second"
        var x = 0.0
        codes = responses.enumerated().filter { $0.element > 0 }.sorted { $0.element > $1.element }.map { code, count in
            let share = Double(count) / Double(total) * 100
            defer { x += share }
            return Code(
                code: responseCodeName(code), x: x.coordinate, width: share.coordinate, count: count.countText,
                share: share < 1 ? "<1 %" : "\(Int(share.rounded())) %")
        }
        facts = [
            Fact(name: "TCP open", value: metrics.tcpConnections.open.countText),
            Fact(name: "truncated", value: metrics.transports.reduce(0) { $0 + $1.truncated }.countText),
            Fact(name: "dropped", value: metrics.transports.reduce(0) { $0 + $1.dropped }.countText),
            Fact(name: "rate limited", value: metrics.transports.reduce(0) { $0 + $1.limited + $1.slipped }.countText),
        ]
    }
}
