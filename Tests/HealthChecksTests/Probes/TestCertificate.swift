// Certificates as tests need them: expired, for other names, from authorities that nobody trusts.

import Crypto
import DNSCore
import Foundation
import NIOSSL
import SwiftASN1
import X509

struct TestCertificate: Sendable {
    let certificate: Certificate
    let key: P256.Signing.PrivateKey

    /// An authority of its own if there is no `issuer`.
    init(
        _ name: String, names: [String] = [], addresses: [IPAddress] = [], issuer: TestCertificate? = nil,
        from start: TimeInterval = -3600, until end: TimeInterval = 86_400
    ) throws {
        key = P256.Signing.PrivateKey()
        let own = Certificate.PrivateKey(key)
        let subject = try DistinguishedName { CommonName(name) }
        let alternatives: [GeneralName] =
            names.map { .dnsName($0) }
            + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0.octets[...])) }
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: own.publicKey,
            notValidBefore: Date() + start, notValidAfter: Date() + end,
            issuer: issuer?.certificate.subject ?? subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                if issuer == nil {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                } else {
                    Critical(BasicConstraints.notCertificateAuthority)
                }
                if !alternatives.isEmpty { SubjectAlternativeNames(alternatives) }
            },
            issuerPrivateKey: issuer.map { Certificate.PrivateKey($0.key) } ?? own)
    }

    /// With an `authority`, only clients that have a certificate from it come in.
    func serverContext(clientsFrom authority: TestCertificate?) throws -> NIOSSLContext {
        let privateKey = try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try nioCertificate)], privateKey: .privateKey(privateKey))
        if let authority {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([try authority.nioCertificate])
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private var nioCertificate: NIOSSLCertificate {
        get throws { try NIOSSLCertificate(bytes: der, format: .der) }
    }

    var der: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return serializer.serializedBytes
        }
    }

    /// The day of `notValidAfter` or `notValidBefore`, in UTC.
    static func day(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle().year().month().day())
    }
}

/// Writes the certificates to a file of their own for the time of `body`.
func withAuthorityFile<Result>(
    _ authorities: [TestCertificate], _ body: (String) async throws -> Result
) async throws -> Result {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("triagedns-\(UUID()).pem")
    try write(authorities, to: place.path)
    defer { try? FileManager.default.removeItem(at: place) }
    return try await body(place.path)
}

/// Writes certificates, and the key of the last one if asked for, as PEM.
func write(_ certificates: [TestCertificate], withKey: Bool = false, to path: String) throws {
    var blocks = try certificates.map { try $0.certificate.serializeAsPEM().pemString }
    if withKey, let key = certificates.last?.key { blocks.append(key.pemRepresentation) }
    try Data(blocks.joined(separator: "\n").utf8).write(to: URL(filePath: path))
}

/// Runs `body` with the path of a file that holds `text`.
func withFile<Result>(_ text: String, _ body: (String) async throws -> Result) async throws -> Result {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("triagedns-\(UUID())")
    try Data(text.utf8).write(to: place)
    defer { try? FileManager.default.removeItem(at: place) }
    return try await body(place.path)
}
