// What a probe asks, as a text that is the same in the next process.

internal import Checks
internal import Crypto
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ProbeUnit {
    /// The same for all probes that find out the same, whatever their check is called and however often it runs. Of the
    /// options only a digest, as there may be secrets in them.
    var fingerprint: String {
        // Options are texts, numbers and lists of them: they read the same in each process.
        let question = "\(check.kind) \(check.port ?? 0) \(check.clientNames) \(subject.text) \(hostName ?? "")"
        let digest = SHA256.hash(data: Data(question.utf8)).prefix(12)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
