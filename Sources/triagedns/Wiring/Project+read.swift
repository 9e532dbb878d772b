// From files to a project. An error stops the zone that it is in, and no other.

import CLinuxSockets
import DNSCore
import Foundation
import NIOCore
import ServerConfiguration
import ZoneFiles

extension Project {
    /// Reads the directory.
    /// - Parameters:
    ///   - isStrict: whether a warning is an error.
    ///   - former: what is served now. A zone with errors stays as it is there, a zone whose files have not changed is
    ///     not read again.
    ///   - progress: is told how far it is.
    /// - Throws: all that is wrong, if triagedns.yaml or the directory cannot be read, or there would be nothing to serve.
    static func read(
        _ directory: String, isStrict: Bool = false, after former: Project? = nil, progress: ReadingProgress? = nil
    ) throws(ProjectError) -> Project {
        let (start, file) = (FileStamp.now, configurationPath(in: directory))
        // Of before it is read, like those of zone files.
        let configurationSource = ProjectZone.Source(path: file, stamp: FileStamp(path: file)?.ifSettled(at: start))
        var (configuration, configurationFindings) = readConfiguration(directory: directory)
        if isStrict, !configurationFindings.isEmpty { configuration = nil }
        let (files, listFindings) = listZoneFiles(in: directory)
        var findings = (configurationFindings + listFindings).judged(isStrict: isStrict)
        if files.isEmpty, listFindings.isEmpty {
            findings.append(
                Diagnostic(
                    file: directory, line: 0,
                    "there is no zone file here; add one that is named after its zone, such as example.org.zone"))
        }
        let pools = configuration.map {
            former?.pools.renumbered(for: $0.pools) ?? PoolNumbers($0.pools)
        }
        let known = Dictionary(
            (former?.zones ?? []).map { ($0.file.zone, $0) }, uniquingKeysWith: { first, _ in first })
        // A reload leaves the other cores to those who answer.
        let zones = mapInOrder(files, threads: former == nil ? System.coreCount : 1) { file in
            readZone(
                file, pools, isStrict: isStrict, former: known[file.zone], formerPools: former?.pools,
                progress: progress)
        }
        findings += zones.flatMap(\.findings)
        findings += configuration?.server.adminAccess.findings ?? []
        guard let configuration, var pools = pools, zones.contains(where: { $0.result.zone != nil }) else {
            throw ProjectError(findings: findings)
        }
        if let former {
            pools.keep(Set(zones.lazy.compactMap(\.result.zone).flatMap(\.poolIndexes)), from: former.pools)
        }
        var project = Project(
            directory: directory, isStrict: isStrict, configuration: configuration,
            configurationSource: configurationSource, pools: pools, zones: zones.map(\.result), findings: findings)
        try project.findLocalHosts()
        // What reading left behind is given back: for a large zone, tens of megabytes.
        CLinux_trimMemory()
        return project.withPoolFindings().withRecoveryFindings()
    }

    /// Takes what the zones say of hosts that are targets. Throws if a pool would have to answer from itself.
    private mutating func findLocalHosts() throws(ProjectError) {
        let hosts = LocalHosts(servedZones, pools: pools.slots, file: configurationFile)
        knownHosts = hosts.known
        findings += hosts.findings.judged(isStrict: isStrict)
        if hosts.findings.contains(where: { $0.severity == .error }) { throw ProjectError(findings: findings) }
    }

    /// - Parameter pools: nil if triagedns.yaml could not be read: then nothing is said of pools that are not there.
    private static func readZone(
        _ file: ZoneFile, _ pools: PoolNumbers?, isStrict: Bool, former: ProjectZone?, formerPools: PoolNumbers?,
        progress: ReadingProgress?
    ) -> (result: ProjectZone, findings: [Diagnostic]) {
        if let pools, let former, former.isCurrent, let zone = former.zone,
            zone.poolIndexes.allSatisfy({ pools.slots[$0] != nil }),
            !zone.namesTargets || pools.definitions == formerPools?.definitions
        {
            return (former, [])
        }
        let start = FileStamp.now
        let path = file.path
        // Of before it is read: whatever happens to it from now on makes it another.
        let stamp = FileStamp(path: path)
        var builder = ZoneBuilder(apex: file.zone, expectedRecords: expectedRecords(in: stamp))
        let readFindings = readZoneFile(path, displayPath: path, origin: file.zone, into: &builder, progress: progress)
        let included = builder.files.dropFirst().map {
            ProjectZone.Source(path: $0, stamp: FileStamp(path: $0)?.ifSettled(at: start))
        }
        let (zone, findings) = builder.finish(pools: pools?.definitions, file: path)
        let hasReadErrors = readFindings.contains { $0.severity == .error }
        // Where records were left out, what the zone lacks as a whole is not known.
        let all = (readFindings + findings.filter { !hasReadErrors || $0.line > 0 }).sorted {
            ($0.file, $0.line) < ($1.file, $1.line)
        }.judged(isStrict: isStrict)
        let isGood = zone != nil && !all.contains { $0.severity == .error }
        let result = ProjectZone(
            file: file, zone: isGood ? zone : former?.zone, stamp: stamp?.ifSettled(at: start), hasErrors: !isGood,
            findings: all, included: included,
            loaded: isGood ? Date().timeIntervalSince1970 : former?.loaded ?? 0)
        return (result, all)
    }

    /// For how many records to set memory aside. What that saves a small zone is not worth the room that it leaves over.
    private static func expectedRecords(in stamp: FileStamp?) -> Int {
        let (octetsPerLine, small): (Int64, Int64) = (24, 1 << 16)
        guard let size = stamp?.size, size > small else { return 0 }
        return Int(size / octetsPerLine)
    }

    /// Warns of pools that no zone needs, and of those that only a zone with errors needs.
    private func withPoolFindings() -> Project {
        var project = self
        let severity = isStrict ? Diagnostic.Severity.error : .warning
        let file = configurationFile
        for name in pools.kept.sorted() {
            project.findings.append(
                Diagnostic(
                    severity, file: file, line: 0,
                    "the pool \(name) is not here any more, but stays until the zones with errors that name it are mended"
                ))
        }
        project.findings += backupFindings(severity, file: file)
        // A zone with errors may name any pool.
        guard !zones.contains(where: \.hasErrors) else { return project }
        let used = pools.withNested(servedZones.reduce(into: Set<Int>()) { $0.formUnion($1.poolIndexes) })
        let backups = pools.slots.compactMap { $0?.definition.service.backup }
        for (number, pool) in pools.slots.enumerated() where !used.contains(number) {
            guard let pool, !backups.contains(.pool(pool.definition.name)) else { continue }
            let name = pool.definition.name
            project.findings.append(
                Diagnostic(
                    severity, file: file, line: pool.line,
                    "no zone names the pool \(name); add a record such as `\(name) 30 IN POOL \(name)` to a zone, "
                        + "or remove the pool"))
        }
        return project
    }
}
