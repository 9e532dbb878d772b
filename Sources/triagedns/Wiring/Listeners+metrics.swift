// What the admin endpoint has to say of listeners and zones.

import Admin
import DNSCore
import Listeners
import QueryLog
import ServerConfiguration
import ZoneFiles

extension Listeners {
    /// The figures of all workers.
    func metrics(_ current: Reloader.Current, startTime: Double) -> ServerMetrics {
        var workers = [("udp", udp.flatMap(\.counters)), ("tcp", tcp.flatMap(\.counters))]
        if let xdp { workers.append(("xdp", xdp.counters)) }
        var metrics = ServerMetrics(
            version: TriageDNS.version, identity: current.settings.identity ?? "",
            transports: workers.map { ServerMetrics.Transport(name: $0, adding: $1) },
            tcpConnections: ServerMetrics.Connections(connections.figures), countedZones: current.countedZones,
            zones: ProjectZones(zones: current.project.zones), reloads: current.reloads, startTime: startTime)
        metrics.queryLog = queryLog.map { .init(written: $0.log.figures.written, dropped: $0.log.figures.dropped) }
        return metrics
    }
}

extension ServerMetrics.Transport {
    fileprivate init(name: String, adding counters: [QueryCounters]) {
        var totals = QueryTotals()
        var zones = ZoneTotals()
        for counter in counters {
            counter.add(to: &totals)
            counter.add(to: &zones)
        }
        self.init(name: name, responses: totals.responses, truncated: totals.truncated, dropped: totals.dropped)
        denied = totals.denied
        limited = totals.limited
        slipped = totals.slipped
        for standing in CookieStanding.allCases { cookies[standing] = totals.cookies[Int(standing.rawValue)] }
        zoneResponses = (0..<CountedZones.count).map { Array(zones[UInt16($0)]) }
    }
}

extension ServerMetrics.Connections {
    fileprivate init(_ figures: TCPConnections.Figures) {
        self.init(
            open: figures.open, limit: figures.limit, accepted: figures.accepted,
            closed: [
                ("idle", figures.closedIdle), ("limit", figures.closedAtLimit),
                ("client_limit", figures.closedAtClientLimit),
            ])
    }
}

/// The zones of a project.
private struct ProjectZones: ZoneSource {
    let zones: [ProjectZone]

    func zones(where isWanted: (DomainName) -> Bool) -> [ServerMetrics.Zone] {
        zones.compactMap { zone in
            guard isWanted(zone.file.zone) else { return nil }
            return ServerMetrics.Zone(
                name: "\(zone.file.zone)", serial: zone.zone?.serial, records: zone.zone?.recordCount ?? 0,
                loaded: zone.loaded, warnings: zone.warnings, hasErrors: zone.hasErrors)
        }
    }

    var sums: ServerMetrics.ZoneSums {
        zones.reduce(into: ServerMetrics.ZoneSums()) { sums, zone in
            switch (zone.zone, zone.hasErrors) {
            case (nil, _): sums.failed += 1
            case (_?, true): sums.stale += 1
            case (_?, false): sums.current += 1
            }
            sums.records += zone.zone?.recordCount ?? 0
            sums.warnings += zone.warnings
        }
    }
}
