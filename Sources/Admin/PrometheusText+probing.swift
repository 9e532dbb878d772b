// How probing keeps up, as metrics.

import HealthChecks

extension PrometheusText {
    mutating func probing(_ figures: ProbingFigures) {
        family("triagedns_probes_running", "gauge", "Probes that run now.", [([:], Double(figures.running))])
        family(
            "triagedns_probes_running_max", "gauge", "The most probes that ran at a time since the start.",
            [([:], Double(figures.mostRunning))])
        family(
            "triagedns_probes_running_limit", "gauge", "The most probes that may run at a time; others wait.",
            [([:], Double(figures.limit))])
        histogram(
            "triagedns_probe_lateness_seconds", "How much later than planned probes start.",
            bounds: ProbingFigures.bounds, counts: figures.lateness, sum: figures.totalLateness)
    }

    /// - Parameter counts: one for each of `bounds`, and one for what is above.
    private mutating func histogram(_ name: String, _ help: String, bounds: [Double], counts: [UInt64], sum: Duration) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) histogram\n"
        var count: UInt64 = 0
        for (bound, more) in zip(bounds.map { "\($0)" } + ["+Inf"], counts) {
            count += more
            text += "\(name)_bucket{le=\"\(bound)\"} \(count)\n"
        }
        text += "\(name)_sum \(sum / .seconds(1))\n\(name)_count \(count)\n"
    }
}
