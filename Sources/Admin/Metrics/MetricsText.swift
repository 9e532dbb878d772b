// Metrics in the text format that Prometheus reads (version 0.0.4). docs/monitoring.md has all of them in a table, which a
// test holds against what is written here. How many series there are is bounded by the configuration: by its pools,
// targets and checks, and for zones by `CountedZones.limit`.

import HealthChecks

/// Writes one scrape.
struct MetricsText {
    /// The scrape so far.
    private(set) var text = ""

    enum Kind: String { case counter, gauge }

    typealias Labels = [(name: String, value: String)]

    /// One series of a family.
    struct Sample {
        var labels: Labels
        var value: Double

        init(_ labels: Labels = [], _ value: some BinaryInteger) { self.init(labels, Double(value)) }

        init(_ labels: Labels = [], _ value: Bool) { self.init(labels, value ? 1 : 0) }

        init(_ labels: Labels = [], _ value: Double) {
            self.labels = labels
            self.value = value
        }
    }

    /// Writes what a server says of itself at a moment.
    init(
        _ server: ServerMetrics, pools: [PoolReport], orders: [TargetOrders], prober: ProberStatus, state: StateStatus?,
        isReady: Bool, requests: [Int: UInt64], process: ProcessFigures
    ) {
        self.init()
        self.server(server, isReady: isReady, requests)
        self.process(process, startTime: server.startTime)
        queries(server)
        zones(server)
        reloads(server.reloads)
        if let probing = server.probing { self.probing(probing) }
        self.prober(prober)
        self.pools(pools)
        checks(pools)
        self.orders(orders, at: .now)
        if let state { store(state) }
        notifications(server.notifications)
    }

    /// Nothing yet.
    init() {}

    /// Writes a family; nothing if it has no series.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        begin(name, kind.rawValue, help)
        for sample in samples { write(name, sample.labels, sample.value) }
    }

    /// Writes a family of one series without labels.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help, [Sample([], value)])
    }

    /// Writes a family of histograms, in seconds; nothing if there are none.
    mutating func family(_ name: String, _ help: String, _ histograms: [(labels: Labels, values: DurationHistogram)]) {
        guard !histograms.isEmpty else { return }
        begin(name, "histogram", help)
        for (labels, values) in histograms {
            var count: UInt64 = 0
            for (bound, more) in zip(values.bounds.map { Self.number($0) } + ["+Inf"], values.counts) {
                count += more
                write("\(name)_bucket", labels + [("le", bound)], Double(count))
            }
            write("\(name)_sum", labels, values.total / .seconds(1))
            write("\(name)_count", labels, Double(count))
        }
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func write(_ name: String, _ labels: Labels, _ value: Double) {
        text += name
        for (place, label) in labels.enumerated() {
            text += place == 0 ? "{" : ","
            text += "\(label.name)=\"\(Self.escaped(label.value))\""
        }
        text += labels.isEmpty ? " " : "} "
        text += Self.number(value)
        text += "\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { [0x5c, 0x22, 0x0a].contains($0) }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
