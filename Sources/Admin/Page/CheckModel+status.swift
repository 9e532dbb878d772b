// A check of an address: its layers, and its last probes as a line.

import Checks
import HealthChecks

extension CheckModel {
    /// - Parameter isOne: whether the target has one address only.
    init(_ status: CheckStatus, _ trail: LatencyTrail, of address: AddressStatus, isOne: Bool) {
        name = isOne ? status.name : "\(status.name) \(address.address)"
        layers = Self.steps(status)
        latency = status.outcome == "failed" ? "—" : status.latencyMilliseconds?.latencyText ?? "—"
        error = status.error
        summary =
            error.map { "fails at \(status.layer?.rawValue ?? "an unknown layer"): \($0)" } ?? "passes: \(latency)"
        spark = SparkModel(trail)
    }

    /// Layers that were passed, the one that failed, and those that were not reached.
    private static func steps(_ status: CheckStatus) -> [Step] {
        var steps: [Step] = []
        for layer in status.layers where layer.layer != status.layer {
            steps.append(
                Step(
                    layer: layer.layer.rawValue, level: "ok",
                    title: "\(layer.layer.rawValue) \(layer.milliseconds.latencyText)"))
        }
        if let layer = status.layer {
            let level: Level = status.outcome == "degraded" ? .warn : .bad
            steps.append(Step(layer: layer.rawValue, level: level.rawValue, title: status.error ?? layer.rawValue))
        }
        for layer in expectedLayers[status.type] ?? [] where !steps.contains(where: { $0.layer == layer }) {
            steps.append(Step(layer: layer, level: "", title: "\(layer): not reached"))
        }
        return steps
    }

    private static let expectedLayers = [
        "tcp": ["tcp"], "tls": ["tcp", "tls"], "http": ["tcp", "http"], "https": ["tcp", "tls", "http"],
        "dicom": ["tcp", "dicom"], "exec": ["exec"],
    ]
}

extension SparkModel {
    /// Nil before the second probe.
    init?(_ trail: LatencyTrail) {
        let latencies = trail.latencies
        guard latencies.count > 1 else { return nil }
        let known = latencies.compactMap { $0 }
        let highest = max(known.max() ?? 1, 0.001)
        let step = 100 / Double(LatencyTrail.capacity - 1)
        // The newest is at the right edge, however many there are.
        let first = LatencyTrail.capacity - latencies.count
        var points: [String] = []
        var failures: [Failure] = []
        for (index, latency) in latencies.enumerated() {
            let x = Double(first + index) * step
            if let latency {
                points.append("\(x.coordinate),\((18 - latency / highest * 16).coordinate)")
            } else {
                failures.append(Failure(x: max(0, x - step / 2).coordinate, width: step.coordinate))
            }
        }
        self.points = points.joined(separator: " ")
        self.failures = failures
        let failed = failures.isEmpty ? "" : ", \(failures.count) failed"
        label =
            "the last \(latencies.count) probes: \(known.min()?.latencyText ?? "none") to \(known.max()?.latencyText ?? "none")\(failed)"
    }
}
