// A directory of zones and triagedns.yaml, read and cross-checked.

import CLinuxSockets
import DNSCore
import Foundation
import HealthChecks
import ServerConfiguration
import ZoneFiles

/// Everything that a directory says.
struct Project: Sendable {
    var configuration: ServerConfiguration
    var zones: [Zone]
    var warnings: [Diagnostic]

    /// `1 zone, 15 records, 3 pools`.
    var summary: String {
        let records = zones.reduce(0) { $0 + $1.recordCount }
        return [counted(zones.count, "zone"), counted(records, "record"), counted(configuration.pools.count, "pool")]
            .joined(separator: ", ")
    }

    var pools: [PoolDefinition] { configuration.pools.map(\.definition) }

    /// Reads the directory.
    /// - Parameter isStrict: whether a warning is an error.
    /// - Throws: all that is wrong with it, not only the first.
    static func read(_ directory: String, isStrict: Bool = false) throws(ProjectError) -> Project {
        let (configuration, configurationFindings) = readConfiguration(directory: directory)
        let (files, listFindings) = listZoneFiles(in: directory)
        var findings = (configurationFindings + listFindings).judged(isStrict: isStrict)
        if files.isEmpty, listFindings.isEmpty {
            findings.append(
                Diagnostic(
                    file: directory, line: 0,
                    "there is no zone file here; add one that is named after its zone, such as example.org.zone"))
        }
        let pools = configuration?.pools.map(\.definition)
        var zones: [Zone] = []
        for file in files {
            let (zone, zoneFindings) = readZone(file, pools: pools)
            findings += zoneFindings.judged(isStrict: isStrict)
            if let zone { zones.append(zone) }
        }
        if let configuration, zones.count == files.count {
            findings += unusedPools(configuration, zones, directory)
        }
        guard let configuration, !findings.contains(where: { $0.severity == .error }) else {
            throw ProjectError(findings: findings)
        }
        // What reading left behind is given back: for a large zone, tens of megabytes.
        CLinux_trimMemory()
        return Project(configuration: configuration, zones: zones, warnings: findings)
    }

    /// - Parameter pools: nil if triagedns.yaml could not be read: then nothing is said of pools that are not there.
    private static func readZone(_ file: ZoneFile, pools: [PoolDefinition]?) -> (Zone?, [Diagnostic]) {
        let size = (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
        var builder = ZoneBuilder(apex: file.zone, expectedRecords: size / octetsPerRecord)
        let readFindings = readZoneFile(file.path, displayPath: file.path, origin: file.zone, into: &builder)
        let (zone, findings) = builder.finish(pools: pools, file: file.path)
        let hasErrors = readFindings.contains { $0.severity == .error }
        // Where records were left out, what the zone lacks as a whole is not known.
        let all = (readFindings + findings.filter { !hasErrors || $0.line > 0 }).sorted {
            ($0.file, $0.line) < ($1.file, $1.line)
        }
        return (hasErrors ? nil : zone, all)
    }

    /// How long a line of a large zone file is, to set memory aside.
    private static let octetsPerRecord = 24

    private static func unusedPools(
        _ configuration: ServerConfiguration, _ zones: [Zone], _ directory: String
    ) -> [Diagnostic] {
        let used = zones.reduce(into: Set<Int>()) { $0.formUnion($1.poolIndexes) }
        return configuration.pools.enumerated().filter { !used.contains($0.offset) }.map { _, pool in
            Diagnostic(
                file: directory.hasSuffix("/")
                    ? directory + configurationFileName : "\(directory)/\(configurationFileName)",
                line: pool.line,
                "no zone names the pool \(pool.definition.name); add a record such as "
                    + "`\(pool.definition.name) 30 IN POOL \(pool.definition.name)` to a zone, or remove the pool")
        }
    }
}

/// What is wrong with a directory.
struct ProjectError: Error {
    var findings: [Diagnostic]
}
