// Metrics in the text format that Prometheus reads. The series are bounded by the configuration: pools, targets, checks.

import DNSCore
public import HealthChecks

/// Figures that the wiring gathers from listeners and zones.
public struct ServerMetrics: Sendable {
    public struct Transport: Sendable {
        /// `udp` or `tcp`.
        public var name: String
        /// By response code 0 to 15.
        public var responses: [UInt64]
        public var truncated: UInt64
        public var dropped: UInt64
        /// From addresses that are not allowed.
        public var denied: UInt64 = 0
        /// Above the rate limit: without an answer, and with an empty one that has TC.
        public var limited: UInt64 = 0
        public var slipped: UInt64 = 0

        public init(name: String, responses: [UInt64], truncated: UInt64, dropped: UInt64) {
            self.name = name
            self.responses = responses
            self.truncated = truncated
            self.dropped = dropped
        }
    }

    /// TCP connections: those of now, and counts since the start.
    public struct Connections: Sendable {
        public var open: Int
        public var accepted: UInt64
        /// `idle`, `limit` or `client_limit`, with how many the server has closed for that.
        public var closed: [(reason: String, count: UInt64)]

        public init(open: Int, accepted: UInt64, closed: [(reason: String, count: UInt64)]) {
            self.open = open
            self.accepted = accepted
            self.closed = closed
        }
    }

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

    /// Reloads since the start.
    public struct Reloads: Sendable {
        public var counts: [ReloadReport.Result: Int] = [:]
        /// Of the last one, or the start: seconds since 1970, and whether there was no error.
        public var lastTime: Double
        public var lastWasLoaded: Bool

        public init(lastTime: Double, lastWasLoaded: Bool) {
            self.lastTime = lastTime
            self.lastWasLoaded = lastWasLoaded
        }
    }

    /// Messages of the query log.
    public struct QueryLog: Sendable {
        public var written: UInt64
        public var dropped: UInt64

        public init(written: UInt64, dropped: UInt64) {
            self.written = written
            self.dropped = dropped
        }
    }

    /// Messages of one channel, counted since the start.
    public struct Notifications: Sendable {
        public var channel: String
        public var delivered: UInt64
        public var failed: UInt64
        public var retries: UInt64
        public var missedEvents: UInt64

        public init(channel: String, delivered: UInt64, failed: UInt64, retries: UInt64, missedEvents: UInt64) {
            self.channel = channel
            self.delivered = delivered
            self.failed = failed
            self.retries = retries
            self.missedEvents = missedEvents
        }
    }

    /// How probing keeps up; nil where nothing is known of it.
    public var probing: ProbingFigures?
    public var version: String
    /// What the server calls itself; may be empty.
    public var identity: String
    public var transports: [Transport]
    public var tcpConnections: Connections
    public var zones: [Zone]
    public var reloads: Reloads
    public var notifications: [Notifications] = []
    /// Seconds since 1970.
    public var startTime: Double
    /// Nil where there is none.
    public var queryLog: QueryLog?

    public init(
        version: String, identity: String, transports: [Transport], tcpConnections: Connections,
        zones: [Zone], reloads: Reloads, startTime: Double
    ) {
        self.version = version
        self.identity = identity
        self.transports = transports
        self.tcpConnections = tcpConnections
        self.zones = zones
        self.reloads = reloads
        self.startTime = startTime
    }
}

/// Writes one scrape.
struct PrometheusText {
    /// The scrape so far.
    var text = ""

    static let codes = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
        "NOTZONE", "DSOTYPENI", "12", "13", "14", "15",
    ]

    init(_ server: ServerMetrics, _ pools: [PoolReport], _ prober: ProberStatus, _ state: StateStatus?) {
        family(
            "triagedns_build_info", "gauge", "The version that runs, and what this server calls itself.",
            [(["version": server.version, "identity": server.identity], 1)])
        family("process_start_time_seconds", "gauge", "When the server started.", [([:], server.startTime)])
        family(
            "triagedns_responses_total", "counter", "Answers by transport and response code.",
            server.transports.flatMap { transport in
                zip(Self.codes, transport.responses).map {
                    (["transport": transport.name, "rcode": $0], Double($1))
                }
            })
        family(
            "triagedns_truncated_responses_total", "counter", "Answers with TC set.",
            server.transports.map { (["transport": $0.name], Double($0.truncated)) })
        family(
            "triagedns_dropped_messages_total", "counter", "Messages that got no answer.",
            server.transports.map { (["transport": $0.name], Double($0.dropped)) })
        family(
            "triagedns_denied_queries_total", "counter", "Queries from addresses that are not allowed.",
            server.transports.map { (["transport": $0.name], Double($0.denied)) })
        family(
            "triagedns_rate_limited_queries_total", "counter", "Queries above the rate limit, by what they got.",
            server.transports.flatMap {
                [
                    (["transport": $0.name, "answer": "none"], Double($0.limited)),
                    (["transport": $0.name, "answer": "truncated"], Double($0.slipped)),
                ]
            })
        family(
            "triagedns_tcp_connections", "gauge", "Open TCP connections.", [([:], Double(server.tcpConnections.open))])
        family(
            "triagedns_tcp_connections_accepted_total", "counter", "TCP connections that clients have opened.",
            [([:], Double(server.tcpConnections.accepted))])
        family(
            "triagedns_tcp_connections_closed_total", "counter",
            "TCP connections that the server has closed, by reason.",
            server.tcpConnections.closed.map { (["reason": $0.reason], Double($0.count)) })
        family(
            "triagedns_zone_serial", "gauge", "Serial of each zone.",
            server.zones.compactMap { zone in zone.serial.map { (["zone": zone.name], Double($0)) } })
        if let log = server.queryLog {
            family(
                "triagedns_query_log_messages_total", "counter", "Messages of the query log, by what became of them.",
                [(["result": "written"], Double(log.written)), (["result": "dropped"], Double(log.dropped))])
        }
        loading(server)
        notifications(server.notifications)
        family(
            "triagedns_prober_cut_off", "gauge", "Whether nothing that this node probes answers.",
            [([:], prober.state == .connected ? 0 : 1)])
        if let probing = server.probing { self.probing(probing) }
        if let state { store(state) }
        health(pools)
    }

    private mutating func store(_ state: StateStatus) {
        family(
            "triagedns_state_store_up", "gauge", "Whether what happens now survives a restart.",
            [([:], state.isWorking ? 1 : 0)])
        family(
            "triagedns_state_store_errors_total", "counter", "How often something could not be saved or read.",
            [([:], Double(state.errors))])
    }

    private mutating func loading(_ server: ServerMetrics) {
        family(
            "triagedns_zone_loaded_timestamp_seconds", "gauge", "When the data that is served was read.",
            server.zones.filter { $0.serial != nil }.map { (["zone": $0.name], $0.loaded) })
        family(
            "triagedns_zone_has_errors", "gauge",
            "Whether the zone's file has errors, so that it is not what is served.",
            server.zones.map { (["zone": $0.name], $0.hasErrors ? 1 : 0) })
        family(
            "triagedns_reloads_total", "counter", "Reloads by result.",
            ReloadReport.Result.allCases.map {
                (["result": $0.rawValue], Double(server.reloads.counts[$0] ?? 0))
            })
        family(
            "triagedns_last_reload_timestamp_seconds", "gauge",
            "When the directory was last read, at a start or reload.",
            [([:], server.reloads.lastTime)])
        family(
            "triagedns_last_reload_success", "gauge", "Whether everything was loaded then.",
            [([:], server.reloads.lastWasLoaded ? 1 : 0)])
    }

    private mutating func notifications(_ channels: [ServerMetrics.Notifications]) {
        family(
            "triagedns_notifications_total", "counter", "Messages by channel and what became of them.",
            channels.flatMap {
                [
                    (["channel": $0.channel, "result": "delivered"], Double($0.delivered)),
                    (["channel": $0.channel, "result": "failed"], Double($0.failed)),
                ]
            })
        family(
            "triagedns_notification_retries_total", "counter", "Attempts that were made again.",
            channels.map { (["channel": $0.channel], Double($0.retries)) })
        family(
            "triagedns_notification_missed_events_total", "counter", "Events that were gone before they were sent.",
            channels.map { (["channel": $0.channel], Double($0.missedEvents)) })
    }

    private mutating func health(_ pools: [PoolReport]) {
        family(
            "triagedns_pool_fail_open", "gauge", "Whether nobody is in service and so all are answered.",
            pools.map { (["pool": $0.name], $0.failOpen ? 1 : 0) })
        family(
            "triagedns_pool_mode", "gauge", "1 for what the pool's answers are made of.",
            pools.flatMap { pool in
                PoolService.Mode.allCases.map {
                    (["pool": pool.name, "mode": $0.rawValue], pool.answers.mode == $0 ? 1 : 0)
                }
            })
        family(
            "triagedns_pool_common_mode", "gauge", "Whether all targets fail at one deep layer.",
            pools.map { (["pool": $0.name], $0.commonMode == nil ? 0 : 1) })
        let members = pools.flatMap { pool in
            pool.targets.flatMap { target in
                target.addresses.map {
                    (["pool": pool.name, "target": target.name, "address": $0.address], $0)
                }
            }
        }
        family(
            "triagedns_target_in_service", "gauge", "Whether answers contain the address.",
            members.map { ($0, $1.inService == true ? 1 : 0) })
        family(
            "triagedns_target_state", "gauge", "1 for the state that the address is in.",
            members.flatMap { labels, member in
                ["up", "degraded", "down", "unknown"].map { state in
                    (labels.merging(["state": state]) { $1 }, member.state.rawValue == state ? 1 : 0)
                }
            })
        let checks = members.flatMap { labels, member in
            member.checks.map { (labels.merging(["check": $0.name]) { $1 }, $0) }
        }
        family(
            "triagedns_check_success", "gauge", "Whether the last probe passed.",
            checks.compactMap { labels, check in check.outcome.map { (labels, $0 == "failed" ? 0 : 1) } })
        family(
            "triagedns_check_duration_seconds", "gauge", "How long the last probe took.",
            checks.compactMap { labels, check in check.latencyMilliseconds.map { (labels, $0 / 1000) } })
    }

    mutating func family(
        _ name: String, _ type: String, _ help: String, _ samples: [([String: String], Double)]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in samples {
            let list = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            let suffix = list.isEmpty ? "" : "{\(list.joined(separator: ","))}"
            let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
            text += "\(name)\(suffix) \(number)\n"
        }
    }

    private static func escaped(_ value: String) -> String {
        value.map { character in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(character)
            }
        }.joined()
    }
}
