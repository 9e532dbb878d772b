// Zones and their records, as the admin endpoint shows them.

import Admin
import DNSCore
import HealthChecks
import ZoneFiles

extension AdminView {
    func zones() -> [ZoneReport] {
        let project = current.project
        return project.zones.map { ZoneReport($0, pools: project.pools.definitions) }
    }

    func records(_ request: RecordsRequest) async throws(RecordsError) -> RecordsReport {
        let project = current.project
        guard let file = project.zones.first(where: { $0.file.zone == request.zone }) else {
            throw .noZone(request.zone)
        }
        guard let zone = file.zone else { throw .notLoaded(request.zone) }
        let filter = try RecordFilter(request.type)
        let page: ZonePage
        if let name = request.name {
            page = zone.page(of: name, from: request.after, limit: request.limit, filter)
        } else {
            let order = await browser.order(of: zone)
            page = zone.page(in: order, from: request.after, limit: request.limit, filter)
        }
        let pools = project.pools.definitions
        return RecordsReport(
            zone: "\(zone.apex)", serial: zone.serial, records: page.sets.flatMap { $0.reports(pools) },
            next: page.next.map { "\($0)" })
    }
}

extension RecordFilter {
    fileprivate init(_ text: String?) throws(RecordsError) {
        guard let text else {
            self = .all
            return
        }
        if text.uppercased() == "POOL" {
            self = .pools
        } else if let type = RecordType(named: text), type != .any {
            self = .type(type)
        } else {
            throw .badRequest("type must be a record type such as AAAA or TYPE65280, or POOL")
        }
    }
}

extension StoredSet {
    /// - Parameter pools: by their numbers.
    fileprivate func reports(_ pools: [PoolDefinition]) -> [RecordReport] {
        let pool = { (number: Int, rest: String) -> [RecordReport] in
            let pool = pools.indices.contains(number) ? pools[number].name : ""
            let data = rest.isEmpty ? pool : "\(pool) \(rest)"
            return [RecordReport(name: "\(name)", timeToLive: timeToLive, type: "POOL", data: data, pool: pool)]
        }
        switch source {
        case .pool(let number): return pool(number, "")
        case .services(let number, let port): return pool(number, "SRV \(port)")
        case .binding(let number, let message):
            return pool(number, "\(type.name) \(recordData(message).first ?? "")")
        case .records(let message):
            let data = recordData(message)
            return rows.clamped(to: data.indices).map {
                RecordReport(name: "\(name)", timeToLive: timeToLive, type: type.name, data: data[$0])
            }
        }
    }
}

extension ZoneReport {
    fileprivate init(_ zone: ProjectZone, pools: [PoolDefinition]) {
        self.init(
            name: "\(zone.zone?.apex ?? zone.file.zone)", file: zone.file.path, isServed: zone.zone != nil,
            serial: zone.zone?.serial, records: zone.zone?.recordCount ?? 0,
            loadedAt: zone.zone.map { _ in "\(Timestamp(milliseconds: Int64(zone.loaded * 1000)))" },
            hasErrors: zone.hasErrors, findings: zone.findings,
            pools: (zone.zone?.poolOwners ?? []).map {
                ZoneReport.PoolName(
                    name: "\($0.name)", pool: pools.indices.contains($0.pool) ? pools[$0.pool].name : "",
                    type: $0.serviceType, timeToLive: $0.timeToLive)
            })
    }
}
