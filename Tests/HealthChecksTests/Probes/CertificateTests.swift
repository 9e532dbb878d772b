// Strict TLS: the verdict says what is wrong with a certificate.

import Checks
import DNSCore
import Foundation
import HealthChecks
import Testing

@Suite struct CertificateTests {
    private let prober = Prober(group: testGroup)

    /// The verdict on a server with `certificate`, if `trusted` are the authorities.
    private func outcome(
        _ certificate: TestCertificate?, trusted: [TestCertificate], name: String? = "pacs.example.org"
    ) async throws -> Verdict.Outcome {
        try await verdict(certificate, trusted: trusted, name: name).outcome
    }

    private func verdict(
        _ certificate: TestCertificate?, trusted: [TestCertificate], name: String? = "pacs.example.org"
    ) async throws -> Verdict {
        try await withAuthorityFile(trusted) { file in
            try await withServer(.answers([Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)]), tls: certificate) { port in
                let options = TLSOptions(serverName: name, verification: .strict, authorityFile: file)
                let check = CheckDefinition(
                    name: "tls", kind: .tls(options), port: port,
                    timeouts: Timeouts(tcp: .seconds(20), tls: .seconds(20)))
                return try await prober.probe(check, address: loopback)
            }
        }
    }

    @Test func good() async throws {
        let authority = try TestCertificate("Hospital CA")
        let named = try TestCertificate("pacs", names: ["pacs.example.org"], issuer: authority)
        #expect(try await outcome(named, trusted: [authority]) == .passed)
        let addressed = try TestCertificate("pacs", addresses: [loopback], issuer: authority)
        #expect(try await outcome(addressed, trusted: [authority], name: nil) == .passed)
        #expect(try await outcome(addressed, trusted: [authority], name: "127.0.0.1") == .passed)
        let pinned = try TestCertificate("pacs", names: ["pacs.example.org"])
        #expect(try await outcome(pinned, trusted: [authority, pinned]) == .passed)
    }

    /// Whether it is accepted or not, and whatever the clock of the handshake says.
    @Test(arguments: [-86_400, 86_400 * 20]) func whenItExpires(_ until: Int) async throws {
        let certificate = try TestCertificate(
            "pacs", names: ["pacs.example.org"], from: -864_000, until: TimeInterval(until))
        let before = Int64(Date().timeIntervalSince1970)
        let verdict = try await verdict(certificate, trusted: [certificate])
        #expect(verdict.outcome.isFailure == (until < 0))
        let expiry = try #require(verdict.certificateExpiry)
        #expect(abs(expiry - before - Int64(until)) < 300)
    }

    @Test func expired() async throws {
        let authority = try TestCertificate("Hospital CA")
        let old = try TestCertificate(
            "pacs", names: ["pacs.example.org"], issuer: authority, from: -864_000, until: -86_400)
        let day = TestCertificate.day(Date() - 86_400)
        #expect(try await outcome(old, trusted: [authority]) == .failed(.tls, "certificate expired on \(day)"))
    }

    @Test func notYetValid() async throws {
        let authority = try TestCertificate("Hospital CA")
        let new = try TestCertificate(
            "pacs", names: ["pacs.example.org"], issuer: authority, from: 86_400, until: 864_000)
        let day = TestCertificate.day(Date() + 86_400)
        #expect(
            try await outcome(new, trusted: [authority]) == .failed(.tls, "certificate is not valid before \(day)"))
    }

    @Test func wrongName() async throws {
        let authority = try TestCertificate("Hospital CA")
        let other = try TestCertificate("other", names: ["other.invalid"], issuer: authority)
        #expect(
            try await outcome(other, trusted: [authority])
                == .failed(.tls, "certificate is for other.invalid, not pacs.example.org"))
        #expect(
            try await outcome(other, trusted: [authority], name: nil)
                == .failed(.tls, "certificate is for other.invalid, not 127.0.0.1"))
    }

    @Test func untrusted() async throws {
        let authority = try TestCertificate("Hospital CA")
        let stranger = try TestCertificate("Other CA")
        let leaf = try TestCertificate("pacs", names: ["pacs.example.org"], issuer: stranger)
        #expect(
            try await outcome(leaf, trusted: [authority])
                == .failed(.tls, "certificate is from an authority that is not trusted: Other CA"))
        let own = try TestCertificate("pacs", names: ["pacs.example.org"])
        #expect(
            try await outcome(own, trusted: [authority])
                == .failed(.tls, "certificate is self-signed and not among the trusted authorities"))
    }

    @Test func notTLS() async throws {
        let authority = try TestCertificate("Hospital CA")
        #expect(try await outcome(nil, trusted: [authority]) == .failed(.tls, "not TLS"))
    }

    @Test func noAuthorityFile() async throws {
        let options = TLSOptions(verification: .strict, authorityFile: "/nonexistent/ca.pem")
        let check = CheckDefinition(name: "tls", kind: .tls(options), port: 1)
        // Our trouble, not the target's.
        let problem = await #expect(throws: ProbeNotRun.self) { try await prober.probe(check, address: loopback) }
        #expect(
            problem?.description == "cannot use the authority file /nonexistent/ca.pem; is it readable, and PEM?")
    }
}
