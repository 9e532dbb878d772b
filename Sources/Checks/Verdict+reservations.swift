// What makes a probe that has passed degraded.

extension Verdict {
    /// The same verdict with reservations, if it has passed.
    /// - Parameters:
    ///   - certificate: what is wrong with a certificate that was accepted.
    ///   - threshold: what a good probe takes at most.
    package func reserved(certificate: String?, slowThreshold threshold: Duration?) -> Verdict {
        guard case .passed = outcome else { return self }
        var judged = self
        if let certificate {
            judged.outcome = .degraded(.tls, certificate)
        } else if let threshold, latency > threshold, let slowest = layers.max(by: { $0.duration < $1.duration }) {
            judged.outcome = .degraded(
                slowest.layer, "slow: \(latency.spoken) in all, \(threshold.spoken) would be good")
        }
        return judged
    }
}
