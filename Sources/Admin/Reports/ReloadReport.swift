// What a reload has done, as JSON with snake_case keys. Serials are the SERIAL fields of SOA records; records are
// counted as in zone files, a POOL as one.

public import DNSCore

/// The body of `POST /v1/reload`.
public struct ReloadReport: Codable, Sendable {
    public enum Result: String, Codable, Sendable, CaseIterable {
        /// Everything is served as it stands in the files.
        case loaded
        /// Something has errors, and is served as it was before, or not at all; the rest is loaded.
        case partial
        /// Nothing has changed.
        case refused
    }

    public var result: Result
    /// When the reading began: ISO 8601, UTC.
    public var started: String
    /// Milliseconds from there until the new data was answered from.
    public var duration: Double
    /// All zones, those that are gone after the others.
    public var zones: [ZoneChange]
    /// Pools that were added, removed or changed.
    public var pools: [PoolChange]
    /// What is wrong with the files that were read.
    public var findings: [Finding]

    public init(
        result: Result, started: String, duration: Double, zones: [ZoneChange], pools: [PoolChange],
        findings: [Finding]
    ) {
        self.result = result
        self.started = started
        self.duration = duration
        self.zones = zones
        self.pools = pools
        self.findings = findings
    }

    enum CodingKeys: String, CodingKey {
        case result, started
        case duration = "duration_ms"
        case zones, pools, findings
    }
}

/// What has become of one zone.
public struct ZoneChange: Codable, Sendable {
    public enum Status: String, Codable, Sendable {
        case added, changed, removed, unchanged
        /// Its file has errors: it is served as before, or, if it never was, answered with SERVFAIL.
        case failed
    }

    public var zone: String
    public var status: Status
    /// Whether it is answered from, after the reload.
    public var isServed: Bool
    public var oldSerial: UInt32?
    public var newSerial: UInt32?
    public var recordsAdded: Int
    public var recordsRemoved: Int

    public init(
        zone: String, status: Status, isServed: Bool, oldSerial: UInt32?, newSerial: UInt32?, recordsAdded: Int = 0,
        recordsRemoved: Int = 0
    ) {
        self.zone = zone
        self.status = status
        self.isServed = isServed
        self.oldSerial = oldSerial
        self.newSerial = newSerial
        self.recordsAdded = recordsAdded
        self.recordsRemoved = recordsRemoved
    }

    enum CodingKeys: String, CodingKey {
        case zone, status
        case isServed = "is_served"
        case oldSerial = "old_serial"
        case newSerial = "new_serial"
        case recordsAdded = "records_added"
        case recordsRemoved = "records_removed"
    }
}

/// What has become of one pool.
public struct PoolChange: Codable, Sendable {
    public enum Status: String, Codable, Sendable {
        case added, changed, removed
        /// triagedns.yaml does not have it any more, but a zone that could not be loaded needs it.
        case kept
    }

    public var pool: String
    public var status: Status

    public init(pool: String, status: Status) {
        self.pool = pool
        self.status = status
    }
}

/// Something that is wrong with a file.
public struct Finding: Codable, Sendable {
    /// `error` or `warning`.
    public var severity: String
    public var file: String
    /// From 1; 0 for the file as a whole.
    public var line: Int
    public var message: String

    public init(_ diagnostic: Diagnostic) {
        severity = diagnostic.severity.rawValue
        file = diagnostic.file
        line = diagnostic.line
        message = diagnostic.message
    }

    /// As compilers print it.
    public var text: String { "\(file)\(line > 0 ? ":\(line)" : ""): \(severity): \(message)" }
}
