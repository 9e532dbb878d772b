// What one probe saw. The layer that failed is named, so that an operator knows whom to call.

/// The layers of a probe, each on top of the one before it.
public enum Layer: String, Sendable, Hashable, Codable, CaseIterable {
    /// The target's host name has an address.
    case resolve
    case tcp
    case tls
    case http
    case dicom
    /// A program of the operator's, which may look at anything.
    case exec
}

/// How long one layer took, for those that were reached and done.
public struct LayerTiming: Sendable, Hashable, Codable {
    public var layer: Layer
    public var duration: Duration
    /// What else is to be said, such as when the A-ASSOCIATE-AC came.
    public var detail: String?

    public init(layer: Layer, duration: Duration, detail: String? = nil) {
        self.layer = layer
        self.duration = duration
        self.detail = detail
    }
}

/// The result of one probe of one check.
public struct Verdict: Sendable, Hashable, Codable {
    public var outcome: Outcome
    /// In order, as far as the probe came.
    public var layers: [LayerTiming]
    /// The whole probe, from the first packet (or name lookup) to the verdict.
    public var latency: Duration
    /// What else a failure shows.
    public var sign: Sign?
    /// When the certificate that the server showed expires, in seconds since 1970; nil where nobody looked at it.
    public var certificateExpiry: Int64?

    /// What a failure shows beside its layer.
    public enum Sign: Sendable, Hashable, Codable {
        /// Nothing has come back at all, not even a refusal: the target may be gone, or the way to it.
        case silence
        /// The connection stands, but nobody takes the association: one idle client of Orthanc's single acceptor can
        /// cause that for 30 s.
        case stalled
        /// The association was accepted, and then nothing came: the workers are busy, or stuck.
        case unanswered
    }

    public enum Outcome: Sendable, Hashable, Codable {
        case passed
        /// It works, but not as it should: the layer, and a short text for an operator.
        case degraded(Layer, String)
        case failed(Layer, String)

        /// `passed`, `degraded` or `failed`.
        public var name: String {
            switch self {
            case .passed: "passed"
            case .degraded: "degraded"
            case .failed: "failed"
            }
        }

        public var layer: Layer? {
            switch self {
            case .passed: nil
            case .degraded(let layer, _), .failed(let layer, _): layer
            }
        }

        public var text: String? {
            switch self {
            case .passed: nil
            case .degraded(_, let text), .failed(_, let text): text
            }
        }

        public var isFailure: Bool { if case .failed = self { true } else { false } }
    }

    public init(outcome: Outcome, layers: [LayerTiming], latency: Duration, sign: Sign? = nil) {
        self.outcome = outcome
        self.layers = layers
        self.latency = latency
        self.sign = sign
    }
}

extension Duration {
    /// `2 s`, `500 ms`, `1.5 s`: as it is said in error texts.
    package var spoken: String {
        let milliseconds = self.milliseconds.rounded()
        if milliseconds < 1000 { return "\(Int(milliseconds)) ms" }
        let seconds = milliseconds / 1000
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }

    /// With the fraction.
    package var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}
