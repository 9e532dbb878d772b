// What is different between what was served and what is served now.

import Admin
import DNSCore
import ServerConfiguration
import ZoneFiles

/// Zones and pools, before and after.
struct ProjectChange: Sendable {
    private(set) var zones: [ZoneChange] = []
    private(set) var pools: [PoolChange] = []
    private(set) var warnings: [Diagnostic] = []
    /// `new`, with the old zone wherever the new one says the same.
    private(set) var project: Project

    init(from old: Project, to new: Project) {
        project = new
        let former = Dictionary(old.zones.map { ($0.file.zone, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, zone) in new.zones.enumerated() { compare(former[zone.file.zone], zone, at: index) }
        let names = Set(new.zones.map(\.file.zone))
        for zone in old.zones where !names.contains(zone.file.zone) {
            zones.append(
                ZoneChange(
                    zone: "\(zone.file.zone)", status: .removed, isServed: false, oldSerial: zone.zone?.serial,
                    newSerial: nil, recordsRemoved: zone.zone?.recordCount ?? 0))
        }
        comparePools(old.pools, new.pools)
    }

    private mutating func compare(_ old: ProjectZone?, _ new: ProjectZone, at index: Int) {
        let name = "\(new.file.zone)"
        guard !new.hasErrors, let zone = new.zone else {
            zones.append(
                ZoneChange(
                    zone: name, status: .failed, isServed: new.zone != nil, oldSerial: old?.zone?.serial,
                    newSerial: new.zone?.serial))
            return
        }
        guard let former = old?.zone else {
            zones.append(
                ZoneChange(
                    zone: name, status: .added, isServed: true, oldSerial: nil, newSerial: zone.serial,
                    recordsAdded: zone.recordCount))
            return
        }
        let difference = former === zone ? nil : ZoneDifference(from: former, to: zone)
        guard let difference, !difference.isEmpty else {
            project.zones[index].zone = former
            if let old { project.zones[index].loaded = old.loaded }
            zones.append(
                ZoneChange(
                    zone: name, status: .unchanged, isServed: true, oldSerial: former.serial,
                    newSerial: former.serial))
            return
        }
        zones.append(
            ZoneChange(
                zone: name, status: .changed, isServed: true, oldSerial: former.serial, newSerial: zone.serial,
                recordsAdded: difference.added, recordsRemoved: difference.removed))
        if !SerialNumber.isNewer(zone.serial, than: former.serial) {
            warnings.append(
                Diagnostic(
                    .warning, file: new.file.path, line: 0,
                    "the records have changed, but the serial has not grown (\(former.serial), now \(zone.serial)); "
                        + "write \(former.serial &+ 1) in the SOA, so that other servers see the change"))
        }
    }

    private mutating func comparePools(_ old: PoolNumbers, _ new: PoolNumbers) {
        let former = Dictionary(
            old.slots.compactMap { $0 }.map { ($0.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
        for pool in new.slots.compactMap({ $0 }) {
            let name = pool.definition.name
            if new.kept.contains(name) {
                pools.append(PoolChange(pool: name, status: .kept))
            } else if let other = former[name] {
                guard
                    other.definition != pool.definition || other.checks != pool.checks
                        || other.targetProbing != pool.targetProbing || other.rules != pool.rules
                else { continue }
                pools.append(PoolChange(pool: name, status: .changed))
            } else {
                pools.append(PoolChange(pool: name, status: .added))
            }
        }
        let names = Set(new.slots.compactMap { $0?.definition.name })
        for pool in old.slots.compactMap({ $0 }) where !names.contains(pool.definition.name) {
            pools.append(PoolChange(pool: pool.definition.name, status: .removed))
        }
    }
}
