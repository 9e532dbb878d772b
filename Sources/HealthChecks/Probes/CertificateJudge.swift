// Judgement of a server's certificate (RFC 5280 §6, RFC 9525) that says what is wrong: expired, for another name, from
// an authority that is not trusted, not the one that is pinned.

internal import Checks
internal import Crypto
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import SwiftASN1
internal import X509

/// Judges chains for one connection.
struct CertificateJudge: Sendable {
    let options: TLSOptions
    /// What a strict judgement looks for in the certificate; nil: any name will do.
    let identity: Identity?
    /// What clients use: judged mildly.
    let clientNames: [String]
    /// Trusted under `strict`.
    let roots: CertificateStore

    enum Identity: Hashable, Sendable {
        case name(String)
        case address(String)

        var text: String {
            switch self {
            case .name(let text), .address(let text): text
            }
        }
    }

    /// What came of it.
    struct Judgement: Hashable, Sendable {
        /// Why the certificate is not accepted.
        var refusal: String?
        /// What is wrong with it although it is accepted.
        var concern: String?
        /// What it is, for people.
        var summary: String?
        /// When it expires, in seconds since 1970.
        var expiry: Int64?
    }

    /// Judges a chain, the server's own certificate first.
    func judge(_ chain: [Certificate], at now: Date = Date()) async -> Judgement {
        guard let leaf = chain.first else { return Judgement(refusal: "the server sent no certificate") }
        let summary = "certificate for \(names(of: leaf)), until \(day(leaf.notValidAfter))"
        let expiry = Int64(leaf.notValidAfter.timeIntervalSince1970)
        if let refusal = await refusal(of: chain, leaf, at: now) { return Judgement(refusal: refusal, expiry: expiry) }
        return Judgement(concern: await concern(about: leaf, at: now), summary: summary, expiry: expiry)
    }

    private func refusal(of chain: [Certificate], _ leaf: Certificate, at now: Date) async -> String? {
        switch options.verification {
        case .off: nil
        case .pin: isPinned(leaf) ? nil : "the certificate for \(names(of: leaf)) is not the one that is pinned"
        case .strict: await problem(of: chain, leaf, at: now)
        }
    }

    private func isPinned(_ leaf: Certificate) -> Bool {
        func digest(_ value: some DERSerializable) -> [UInt8]? {
            var serializer = DER.Serializer()
            guard (try? serializer.serialize(value)) != nil else { return nil }
            return Array(SHA256.hash(data: serializer.serializedBytes))
        }
        return options.pins.contains { pin in
            switch pin {
            case .certificate(let expected): digest(leaf) == expected
            case .publicKey(let expected): digest(leaf.publicKey) == expected
            }
        }
    }

    private func concern(about leaf: Certificate, at now: Date) async -> String? {
        if let days = options.minimumDays {
            if let problem = validity(of: leaf, at: now) { return problem }
            let left = Int(leaf.notValidAfter.timeIntervalSince(now) / 86_400)
            if left < days {
                return "certificate expires on \(day(leaf.notValidAfter)), in \(left == 1 ? "1 day" : "\(left) days")"
            }
        }
        guard options.coversNames else { return nil }
        for name in clientNames {
            // A certificate for all names of a wildcard is one for any of them.
            let sample = name.hasPrefix("*.") ? "any" + name.dropFirst() : name
            if await isFor(.name(sample), leaf) == false {
                return "certificate is for \(names(of: leaf)), not \(name)"
            }
        }
        return nil
    }

    // MARK: Strict verification

    private func problem(of chain: [Certificate], _ leaf: Certificate, at now: Date) async -> String? {
        if let problem = validity(of: leaf, at: now) { return problem }
        let intermediates = CertificateStore(chain.dropFirst())
        if let identity, await isFor(identity, leaf) == false {
            return "certificate is for \(names(of: leaf)), not \(identity.text)"
        }
        var verifier = Verifier(rootCertificates: roots) { RFC5280Policy() }
        if case .validCertificate = await verifier.validate(leaf: leaf, intermediates: intermediates) { return nil }
        if let old = chain.dropFirst().first(where: { $0.notValidAfter < now }) {
            return "certificate of the authority \(commonName(old.subject)) expired on \(day(old.notValidAfter))"
        }
        if leaf.issuer == leaf.subject { return "certificate is self-signed and not among the trusted authorities" }
        return "certificate is from an authority that is not trusted: \(commonName(chain.last?.issuer ?? leaf.issuer))"
    }

    private func validity(of leaf: Certificate, at now: Date) -> String? {
        if leaf.notValidAfter < now { return "certificate expired on \(day(leaf.notValidAfter))" }
        if leaf.notValidBefore > now { return "certificate is not valid before \(day(leaf.notValidBefore))" }
        return nil
    }

    /// The leaf as its own root leaves only the name to be judged.
    private func isFor(_ identity: Identity, _ leaf: Certificate) async -> Bool {
        let policy =
            switch identity {
            case .name(let name): ServerIdentityPolicy(serverHostname: name, serverIP: nil)
            case .address(let address): ServerIdentityPolicy(serverHostname: nil, serverIP: address)
            }
        var verifier = Verifier(rootCertificates: CertificateStore([leaf])) {
            policy
            AnyExtension()
        }
        if case .validCertificate = await verifier.validate(leaf: leaf, intermediates: CertificateStore()) {
            return true
        }
        return false
    }

    // MARK: Words

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
