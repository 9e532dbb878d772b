// What metrics and the status page know of zones and reloads.

public import DNSCore

/// Has the zones of a server.
public protocol ZoneSource: Sendable {
    /// Those of all zones, in any order, whose apex is as `isWanted` says.
    func zones(where isWanted: (DomainName) -> Bool) -> [ServerMetrics.Zone]

    var sums: ServerMetrics.ZoneSums { get }
}

extension ServerMetrics {
    /// A zone that is ours.
    public struct Zone: Sendable {
        public var name: String
        /// Nil if it could not be loaded, and is answered with SERVFAIL.
        public var serial: UInt32?
        public var records: Int
        /// When the data that is served was read: seconds since 1970.
        public var loaded: Double
        /// Of its file, when that was last read.
        public var warnings: Int
        /// Its file has errors, so that what is served, if anything, is not what the file says.
        public var hasErrors: Bool

        public init(
            name: String, serial: UInt32?, records: Int, loaded: Double, warnings: Int, hasErrors: Bool
        ) {
            self.name = name
            self.serial = serial
            self.records = records
            self.warnings = warnings
            self.loaded = loaded
            self.hasErrors = hasErrors
        }
    }

    /// Over all zones.
    public struct ZoneSums: Sendable {
        /// Served as their files say.
        public var current = 0
        /// Their files have errors, so that they are served as they were before.
        public var stale = 0
        /// Could never be loaded: answered with SERVFAIL.
        public var failed = 0
        public var records = 0
        public var warnings = 0

        public init() {}
    }

    /// Reloads since the start.
    public struct Reloads: Sendable {
        public var counts: [ReloadReport.Result: Int] = [:]
        /// Of the last one, or the start: seconds since 1970, and whether there was no error.
        public var lastTime: Double
        public var lastWasLoaded: Bool
        /// Of the last one without errors, or the start if that was; nil if there was none.
        public var lastSuccess: Double?
        /// How long the last one took, in seconds; nil before the first.
        public var lastDuration: Double?

        public init(lastTime: Double, lastWasLoaded: Bool) {
            self.lastTime = lastTime
            self.lastWasLoaded = lastWasLoaded
            lastSuccess = lastWasLoaded ? lastTime : nil
        }

        /// Counts one.
        /// - Parameters:
        ///   - time: when it began, in seconds since 1970.
        ///   - duration: in seconds.
        public mutating func add(_ result: ReloadReport.Result, at time: Double, duration: Double) {
            counts[result, default: 0] += 1
            lastTime = time
            lastWasLoaded = result == .loaded
            if lastWasLoaded { lastSuccess = time }
            lastDuration = duration
        }
    }
}
