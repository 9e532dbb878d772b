// What probes find, how probing keeps up, and whether it can be relied upon.

import Checks
import HealthChecks

extension MetricsText {
    mutating func probing(_ figures: ProbingFigures) {
        let checks = figures.checks.sorted { $0.key < $1.key }
        family(
            "triagedns_probes_total", .counter, "Probes by check, outcome, and the layer that was at fault.",
            checks.flatMap { name, tally in
                tally.results.map { result, count in
                    Sample(
                        [("check", name), ("outcome", result.outcome), ("layer", result.layer?.rawValue ?? "none")],
                        count)
                }
                .sorted { ($0.labels[1].value, $0.labels[2].value) < ($1.labels[1].value, $1.labels[2].value) }
            })
        family(
            "triagedns_probe_duration_seconds", "How long whole probes took, those that failed included.",
            checks.map { ([("check", $0.key)], $0.value.durations) })
        family(
            "triagedns_probe_layer_duration_seconds", "How long each layer of a probe took, where it was done.",
            checks.flatMap { name, tally in
                Layer.allCases.compactMap { layer in
                    tally.layers[layer].map { ([("check", name), ("layer", layer.rawValue)], $0) }
                }
            })
        family(
            "triagedns_probes_not_run_total", .counter,
            "Probes that this machine could not run, for want of descriptors or the like.", Double(figures.notRun))
        family("triagedns_probes_running", .gauge, "Probes that run now.", Double(figures.running))
        family(
            "triagedns_probes_running_max", .gauge, "The most probes that ran at a time since the start.",
            Double(figures.mostRunning))
        family(
            "triagedns_probes_running_limit", .gauge, "The most probes that may run at a time; others wait.",
            Double(figures.limit))
        family(
            "triagedns_probe_lateness_seconds", "How much later than planned probes start.",
            [([], figures.lateness)])
    }

    mutating func prober(_ status: ProberStatus) {
        family(
            "triagedns_prober_cut_off", .gauge, "Whether nothing that this node probes answers.",
            [Sample([], status.state != .connected)])
        family(
            "triagedns_prober_holds_states", .gauge, "Whether states are held as they were because of that.",
            [Sample([], status.state == .cutOff)])
    }
}
