// A directory of zones and triagedns.yaml, read and cross-checked.

import DNSCore
import HealthChecks
import Resolving
import ServerConfiguration
import ZoneFiles

/// Everything that a directory says, and where it cannot be understood, what it said before.
struct Project: Sendable {
    let directory: String
    /// Whether a warning is an error.
    let isStrict: Bool
    var configuration: ServerConfiguration
    let configurationSource: ProjectZone.Source
    var pools: PoolNumbers
    /// One for each zone file.
    var zones: [ProjectZone]
    /// What is wrong with triagedns.yaml, the list of files, and all that was read anew.
    var findings: [Diagnostic]
    /// What the zones say of hosts that are targets.
    var knownHosts: [DomainName: HostLookup] = [:]

    /// What is answered from.
    var servedZones: [Zone] { zones.compactMap(\.zone) }

    /// What is to be watched, by number of the pool.
    var monitored: [MonitoredPool] { pools.monitored(in: servedZones) }

    /// The zones that are here, but could not be loaded and never were.
    var unavailable: [DomainName] { zones.filter { $0.zone == nil }.map(\.file.zone) }

    var hasErrors: Bool { zones.contains(where: \.hasErrors) || findings.contains { $0.severity == .error } }

    /// `1 zone, 15 records, 3 pools`.
    var summary: String {
        let served = servedZones
        let records = served.reduce(0) { $0 + $1.recordCount }
        var parts = [counted(served.count, "zone"), counted(records, "record")]
        parts.append(counted(configuration.pools.count, "pool"))
        if !unavailable.isEmpty { parts.append("\(counted(unavailable.count, "zone")) not loaded") }
        return parts.joined(separator: ", ")
    }
}

/// One zone file, and what came of it.
struct ProjectZone: Sendable {
    let file: ZoneFile
    /// What is answered from; nil if it has never been loaded.
    var zone: Zone?
    /// Of the zone file; nil if it was not there, or may have changed in that moment.
    var stamp: FileStamp?
    /// The file has errors, so that `zone` is not what it says.
    var hasErrors: Bool
    /// What was found when the file was last read.
    var findings: [Diagnostic]
    /// The other files that were read.
    var included: [Source]
    /// When `zone` was read: seconds since 1970.
    var loaded: Double

    var warnings: Int { findings.count { $0.severity == .warning } }

    /// Whether a look at the file system tells that reading again would give the same.
    var isCurrent: Bool {
        !hasErrors
            && sources.allSatisfy { $0.stamp != nil && $0.stamp == FileStamp(path: $0.path) }
    }

    /// All files that were read.
    var sources: [Source] { [Source(path: file.path, stamp: stamp)] + included }

    /// A file that was read, or could not be.
    struct Source: Sendable {
        let path: String
        let stamp: FileStamp?
    }
}

/// Why a directory cannot be used at all.
struct ProjectError: Error {
    var findings: [Diagnostic]
}
