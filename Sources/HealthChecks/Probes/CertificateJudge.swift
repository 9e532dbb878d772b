// Verification of a server's certificate (RFC 5280 §6, RFC 9525) that says what is wrong: expired, for another name,
// or from an authority that is not trusted.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import SwiftASN1
internal import X509

/// Judges chains for one check.
struct CertificateJudge: Sendable {
    /// The name to look for; nil: the address is.
    let serverName: String?
    let roots: CertificateStore

    /// Why `chain`, the server's own certificate first, is not to be trusted; nil if it is.
    func problem(of chain: [Certificate], address: String) async -> String? {
        guard let leaf = chain.first else { return "the server sent no certificate" }
        let now = Date()
        if leaf.notValidAfter < now { return "certificate expired on \(day(leaf.notValidAfter))" }
        if leaf.notValidBefore > now { return "certificate is not valid before \(day(leaf.notValidBefore))" }

        let intermediates = CertificateStore(chain.dropFirst())
        let name = serverName
        let identity = ServerIdentityPolicy(serverHostname: name, serverIP: name == nil ? address : nil)
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy()
            identity
        }
        if case .validCertificate = await verifier.validate(leaf: leaf, intermediates: intermediates) { return nil }

        // Something is wrong. The leaf as its own root leaves only the name to be judged.
        var nameOnly = Verifier(rootCertificates: CertificateStore([leaf])) {
            identity
            AnyExtension()
        }
        guard case .validCertificate = await nameOnly.validate(leaf: leaf, intermediates: CertificateStore()) else {
            return "certificate is for \(names(of: leaf)), not \(name ?? address)"
        }
        if let old = chain.dropFirst().first(where: { $0.notValidAfter < now }) {
            return "certificate of the authority \(commonName(old.subject)) expired on \(day(old.notValidAfter))"
        }
        if leaf.issuer == leaf.subject { return "certificate is self-signed and not among the trusted authorities" }
        return "certificate is from an authority that is not trusted: \(commonName(chain.last?.issuer ?? leaf.issuer))"
    }

    /// `2024-02-01`, in UTC.
    private func day(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle().year().month().day())
    }

    /// Up to three of the names that a certificate is for.
    private func names(of certificate: Certificate) -> String {
        var names: [String] = []
        if let alternatives = try? certificate.extensions.subjectAlternativeNames {
            for case .dnsName(let name) in alternatives { names.append(name) }
            for case .ipAddress(let octets) in alternatives { names.append(addressText(octets.bytes)) }
        }
        if names.isEmpty { names = [commonName(certificate.subject)] }
        return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    }

    /// The common name of an authority, or all of its name if it has none.
    private func commonName(_ name: DistinguishedName) -> String {
        for component in name {
            for attribute in component where attribute.type == .RDNAttributeType.commonName {
                return attribute.value.description
            }
        }
        return name.description
    }
}

/// Lets every extension that may be critical pass: for judging nothing but the name.
private struct AnyExtension: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
        .X509ExtensionID.nameConstraints,
    ]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) async -> PolicyEvaluationResult {
        .meetsPolicy
    }
}
