// What a probe asks, as a text that is the same in the next process.

internal import Checks
internal import Crypto
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes the texts. Digests are dear, and many addresses have the same checks, so it remembers them.
struct Fingerprints {
    private var digests: [CheckDefinition: String] = [:]

    /// The same for all probes that find out the same, whatever their check is called and however often it runs. Of the
    /// options only a digest, as there may be secrets in them.
    mutating func of(_ unit: ProbeUnit) -> String {
        let digest = digests[unit.check] ?? Self.digest(of: unit.check)
        digests[unit.check] = digest
        return "\(digest) \(unit.subject.text) \(unit.hostName ?? "")"
    }

    private static func digest(of check: CheckDefinition) -> String {
        // Options are texts, numbers and lists of them: they read the same in each process.
        let question = "\(check.kind) \(check.port ?? 0) \(check.clientNames)"
        let octets = SHA256.hash(data: Data(question.utf8)).prefix(12)
        return octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
