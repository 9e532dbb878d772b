// What `probe --json` prints: a verdict, with the keys that it has in the API's checks.

import Checks
import Foundation

struct ProbeReport: Encodable {
    /// `passed`, `degraded` or `failed`.
    var outcome: String
    /// The layer that failed or is degraded, and what is wrong with it.
    var layer: Layer?
    var error: String?
    var latencyMilliseconds: Double
    var layers: [LayerTime]

    struct LayerTime: Encodable {
        var layer: Layer
        var milliseconds: Double
        var detail: String?

        enum CodingKeys: String, CodingKey {
            case layer
            case milliseconds = "ms"
            case detail
        }
    }

    enum CodingKeys: String, CodingKey {
        case outcome, layer, error
        case latencyMilliseconds = "latency_ms"
        case layers
    }

    init(_ verdict: Verdict) {
        outcome = verdict.outcome.name
        switch verdict.outcome {
        case .passed: break
        case .degraded(let layer, let text), .failed(let layer, let text): (self.layer, error) = (layer, text)
        }
        latencyMilliseconds = Self.milliseconds(verdict.latency)
        layers = verdict.layers.map {
            LayerTime(layer: $0.layer, milliseconds: Self.milliseconds($0.duration), detail: $0.detail)
        }
    }

    /// To the microsecond.
    private static func milliseconds(_ duration: Duration) -> Double { (duration / .microseconds(1)).rounded() / 1000 }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
