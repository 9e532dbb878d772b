// Pins, days to go, names to cover, client certificates.

import Checks
import Crypto
import DNSCore
import Foundation
import HealthChecks
import SwiftASN1
import Testing
import X509

@Suite struct CertificateOptionTests {
    private let prober = Prober(group: testGroup)
    private let limits = Timeouts(tcp: .seconds(20), tls: .seconds(20), http: .seconds(20), dicom: .seconds(20))

    private func verdict(
        _ certificate: TestCertificate, _ options: TLSOptions, names: [String] = [], port: UInt16? = nil
    ) async throws -> Verdict {
        try await withServer(.answers([]), tls: certificate) { port in
            let check = CheckDefinition(name: "tls", kind: .tls(options), port: port, timeouts: limits)
            return try await prober.probe(check.naming(names), address: loopback)
        }
    }

    @Test func pins() async throws {
        let mine = try TestCertificate("mine")
        let other = try TestCertificate("other", names: ["other.invalid"])
        var serializer = DER.Serializer()
        try serializer.serialize(mine.certificate.publicKey)
        let certificate = TLSOptions.Pin.certificate(Array(SHA256.hash(data: try mine.der)))
        let key = TLSOptions.Pin.publicKey(Array(SHA256.hash(data: serializer.serializedBytes)))
        for pin in [certificate, key] {
            var options = TLSOptions(verification: .pin)
            options.pins = [.certificate(Array(repeating: 0, count: 32)), pin]
            #expect(try await verdict(mine, options).outcome == .passed)
            #expect(
                try await verdict(other, options).outcome
                    == .failed(.tls, "the certificate for other.invalid is not the one that is pinned"))
        }
    }

    /// The pin that this program computes is the one that the openssl command prints.
    @Test func pinsAsOpensslPrintsThem() async throws {
        let mine = try TestCertificate("mine")
        try await withAuthorityFile([mine]) { file in
            let printed = try run("openssl", "x509", "-in", file, "-noout", "-fingerprint", "-sha256")
            let digits = printed.split(separator: "=").last.map(String.init) ?? ""
            var options = TLSOptions(verification: .pin)
            let octets = digits.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ":")
                .compactMap { UInt8($0, radix: 16) }
            try #require(octets.count == 32)
            options.pins = [.certificate(octets)]
            #expect(try await verdict(mine, options).outcome == .passed)
        }
    }

    private func run(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test func daysToGo() async throws {
        let short = try TestCertificate("short", until: 3 * 86_400 + 600)
        let day = TestCertificate.day(Date() + 3 * 86_400 + 600)
        for (days, outcome) in [
            (3, Verdict.Outcome.passed), (4, .degraded(.tls, "certificate expires on \(day), in 3 days")),
        ] {
            var options = TLSOptions()
            options.minimumDays = days
            let verdict = try await verdict(short, options)
            #expect(verdict.outcome == outcome)
            #expect(verdict.layers.last?.detail == "certificate for short, until \(day)")
        }
        // Without verification an expired certificate is a reservation too, and not looked at unless asked.
        let old = try TestCertificate("old", from: -864_000, until: -86_400)
        var options = TLSOptions()
        #expect(try await verdict(old, options).outcome == .passed)
        options.minimumDays = 0
        #expect(
            try await verdict(old, options).outcome
                == .degraded(.tls, "certificate expired on \(TestCertificate.day(Date() - 86_400))"))
    }

    @Test func coversTheNamesThatClientsUse() async throws {
        let authority = try TestCertificate("Hospital CA")
        let leaf = try TestCertificate("a", names: ["pacs.example.org", "*.apps.example.org"], issuer: authority)
        let wrong = "certificate is for pacs.example.org, *.apps.example.org, not "
        let expectations: [([String], Verdict.Outcome)] = [
            (["pacs.example.org"], .passed),
            (["PACS.example.org", "*.apps.example.org"], .passed),
            (["pacs.example.org", "www.example.org"], .degraded(.tls, wrong + "www.example.org")),
            (["*.example.org"], .degraded(.tls, wrong + "*.example.org")),
        ]
        try await withAuthorityFile([authority]) { (file: String) async throws -> Void in
            for (names, outcome) in expectations {
                for verification in [TLSOptions.Verification.off, .strict] {
                    var options = TLSOptions(verification: verification, authorityFile: file)
                    options.coversNames = true
                    #expect(try await verdict(leaf, options, names: names).outcome == outcome)
                }
            }
            // A name that was written is not a matter of taste.
            var options = TLSOptions(serverName: "b.example.org", verification: .strict, authorityFile: file)
            options.coversNames = true
            #expect(
                try await verdict(leaf, options, names: ["pacs.example.org"]).outcome
                    == .failed(.tls, wrong + "b.example.org"))
        }
    }

    @Test func clientCertificate() async throws {
        let authority = try TestCertificate("Hospital CA")
        let server = try TestCertificate("server", issuer: authority)
        let client = try TestCertificate("client", issuer: authority)
        let stranger = try TestCertificate("stranger")
        let answers = Behaviour.answers([Vector.accept, Vector.echoResponse, Vector.releaseReply], closes: true)
        try await withFile("") { file in
            func outcome(_ options: TLSOptions) async throws -> Verdict.Outcome {
                try await withServer(answers, tls: server, clientsFrom: authority) { port in
                    let kind = CheckDefinition.Kind.dicom(DICOMOptions(), options)
                    let check = CheckDefinition(name: "echo", kind: kind, port: port, timeouts: limits)
                    return try await prober.probe(check, address: loopback).outcome
                }
            }
            #expect(try await outcome(TLSOptions()) == .failed(.tls, "the server wants a client certificate"))
            var options = TLSOptions()
            options.clientCertificateFile = file
            try write([stranger], withKey: true, to: file)
            #expect(
                try await outcome(options)
                    == .failed(.tls, "the server does not trust the authority of our client certificate"))
            // The file is read again when it changes.
            try write([client], withKey: true, to: file)
            #expect(try await outcome(options) == .passed)
            try Data("nonsense".utf8).write(to: URL(filePath: file))
            let problem = await #expect(throws: ProbeNotRun.self) { try await outcome(options) }
            #expect(
                problem?.description == "cannot use the client certificate file \(file); is it readable, and PEM?")
        }
    }
}
