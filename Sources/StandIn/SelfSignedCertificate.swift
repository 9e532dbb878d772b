// A certificate made on the spot, so that nobody has to keep keys for a demonstration. P-256, valid for 30 days.

internal import Crypto
internal import DNSCore
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import NIOSSL
internal import SwiftASN1
internal import X509

/// A certificate that is its own authority, and its key.
struct SelfSignedCertificate {
    var certificate: NIOSSLCertificate
    var privateKey: NIOSSLPrivateKey

    static let validity: TimeInterval = 30 * 86_400

    /// For an address and further names.
    init(address: IPAddress, names: [String]) throws {
        let key = P256.Signing.PrivateKey()
        let signingKey = Certificate.PrivateKey(key)
        let subject = try DistinguishedName { CommonName(names.first ?? "\(address)") }
        let alternatives: [GeneralName] =
            [.ipAddress(ASN1OctetString(contentBytes: address.octets[...]))] + names.map { .dnsName($0) }
        let now = Date()
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: signingKey.publicKey,
            // Clocks of clients may be a little behind.
            notValidBefore: now - 3600, notValidAfter: now + Self.validity,
            issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectAlternativeNames(alternatives)
            },
            issuerPrivateKey: signingKey)
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        self.certificate = try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der)
        privateKey = try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
    }
}
