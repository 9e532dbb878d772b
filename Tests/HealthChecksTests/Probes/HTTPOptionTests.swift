// What is sent with a request, what is expected of a body, and what is slow.

import Checks
import DNSCore
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import HealthChecks

@Suite struct HTTPOptionTests {
    private let prober = Prober(group: testGroup)
    private let long = Timeouts(tcp: .seconds(20), tls: .seconds(20), http: .seconds(20), dicom: .seconds(20))

    private func check(_ options: HTTPOptions, port: UInt16, timeouts: Timeouts? = nil) -> CheckDefinition {
        CheckDefinition(name: "web", kind: .http(options), port: port, timeouts: timeouts ?? long)
    }

    /// The lines of the request that a server gets.
    private func request(_ options: HTTPOptions, names: [String] = []) async throws -> [String] {
        let (requests, record) = AsyncStream.makeStream(of: [UInt8].self)
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        return try await withServer(.records(answer, record)) { port in
            let verdict = try await prober.probe(check(options, port: port).naming(names), address: loopback)
            #expect(verdict.outcome == .passed && verdict.layers.last?.detail == "HTTP status 200")
            let text = String(decoding: await requests.first { _ in true } ?? [], as: UTF8.self)
            return text.replacing(":\(port)", with: ":PORT").components(separatedBy: "\r\n")
        }
    }

    @Test func headers() async throws {
        var options = HTTPOptions(path: "/x?y")
        options.headers = [.init(name: "accept", value: "application/json"), .init(name: "X-A", value: "b c")]
        let lines = try await request(options, names: ["*.example.org", "pacs.example.org"])
        #expect(lines[0] == "GET /x?y HTTP/1.1")
        #expect(lines.contains("Host: pacs.example.org:PORT"))
        #expect(lines.contains("accept: application/json") && !lines.contains("Accept: */*"))
        #expect(lines.contains("X-A: b c"))
        #expect(try await request(HTTPOptions(host: "other"), names: ["pacs.example.org"]).contains("Host: other"))
        #expect(try await request(HTTPOptions()).contains("Host: 127.0.0.1:PORT"))
    }

    @Test func credentials() async throws {
        try await withFile("user:päss\n") { file in
            var options = HTTPOptions()
            options.credentials = .basic(file: file)
            let encoded = Data("user:päss".utf8).base64EncodedString()
            #expect(try await request(options).contains("Authorization: Basic \(encoded)"))
            options.credentials = .bearer(file: file)
            try Data("token-1".utf8).write(to: URL(filePath: file))
            #expect(try await request(options).contains("Authorization: Bearer token-1"))
            // A new secret counts at once.
            try Data("token-2\r\n".utf8).write(to: URL(filePath: file))
            #expect(try await request(options).contains("Authorization: Bearer token-2"))
            for bad in ["", "\n", "two\nlines", "a\u{1}b"] {
                try Data(bad.utf8).write(to: URL(filePath: file))
                let problem = await #expect(throws: ProbeNotRun.self) {
                    try await prober.probe(check(options, port: 1), address: loopback)
                }
                #expect(problem?.description == "cannot read a secret from \(file)")
            }
        }
    }

    private func outcome(
        of body: [String], contains text: String? = nil, matches pattern: String? = nil, limit: Int = 65_536,
        length: Int? = nil, closes: Bool = true, timeouts: Timeouts? = nil
    ) async throws -> Verdict.Outcome {
        var options = HTTPOptions(expectedStatus: [200...200])
        options.body.text = text
        options.body.pattern = pattern
        options.body.limit = limit
        let field = length.map { "Content-Length: \($0)\r\n" } ?? ""
        let head = "HTTP/1.1 200 OK\r\n\(field)\r\n"
        let octets = Array((head + body.joined()).utf8)
        return try await withServer(.answers([octets], closes: closes)) {
            try await prober.probe(check(options, port: $0, timeouts: timeouts), address: loopback).outcome
        }
    }

    @Test func bodyContains() async throws {
        #expect(try await outcome(of: ["Hello Orthanc"], contains: "Orthanc") == .passed)
        #expect(
            try await outcome(of: ["Welcome to nginx"], contains: "Orthanc")
                == .failed(.http, "HTTP status 200, but \"Orthanc\" is not in the body (16 octets)"))
        #expect(
            try await outcome(of: ["orthanc"], contains: "Orthanc")
                == .failed(.http, "HTTP status 200, but \"Orthanc\" is not in the body (7 octets)"))
        // Within the limit, and not beyond it.
        #expect(try await outcome(of: ["0123456789"], contains: "789", limit: 10, length: 10) == .passed)
        #expect(
            try await outcome(of: ["0123456789"], contains: "789", limit: 9, length: 10, closes: false)
                == .failed(.http, "HTTP status 200, but \"789\" is not in the body (the first 9 octets)"))
        // What is there already needs no end.
        #expect(try await outcome(of: ["Orthanc"], contains: "Orthanc", length: 9_999, closes: false) == .passed)
        // The status counts first.
        let moved = Array("HTTP/1.1 302 Found\r\nContent-Length: 7\r\n\r\nOrthanc".utf8)
        var options = HTTPOptions(expectedStatus: [200...200])
        options.body.text = "Orthanc"
        let verdict = try await withServer(.answers([moved])) { [options] in
            try await prober.probe(check(options, port: $0), address: loopback)
        }
        #expect(
            verdict.outcome == .failed(.http, "HTTP status 302, expected 200; redirects are not followed"))
    }

    @Test func bodyMatches() async throws {
        #expect(try await outcome(of: ["{\"Last\" : 17}"], matches: "\"Last\"\\s*:\\s*[0-9]+\\}$") == .passed)
        #expect(
            try await outcome(of: ["{\"Last\" : x}"], matches: "[0-9]")
                == .failed(.http, "the body (12 octets) does not match [0-9]"))
        #expect(
            try await outcome(of: ["ab"], contains: "a", matches: "c")
                == .failed(.http, "the body (2 octets) does not match c"))
        #expect(try await outcome(of: ["UP"], matches: "(?i)up") == .passed)
    }

    /// A pattern that takes too long holds up nobody, and is not the target's fault.
    @Test func patternWithoutAnEnd() async throws {
        let own = NIOThreadPool(numberOfThreads: 1)
        own.start()
        let problem = await #expect(throws: ProbeNotRun.self) {
            try await BodyExpectation.matches(
                "(a+)+b", Array(repeating: 0x61, count: 15), within: .milliseconds(50), on: testGroup.next(),
                thread: own)
        }
        #expect(
            problem?.description
                == "body_matches: no result for (a+)+b within 50 ms; write a simpler one")
        #expect(try await outcome(of: ["UP"], matches: "UP") == .passed)
        try await own.shutdownGracefully()
    }

    @Test func bodyWithoutAnEnd() async throws {
        let short = Timeouts(http: .seconds(1))
        #expect(
            try await outcome(of: ["ab"], matches: "a", length: 9, closes: false, timeouts: short)
                == .failed(.http, "HTTP status 200, but no end of the body within 1 s"))
        #expect(
            try await outcome(of: ["ab"], contains: "c", length: 9)
                == .failed(.http, "closed in the middle of the body"))
    }

    @Test func textAcrossPieces() async throws {
        let octets = Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\naaOrthanc".utf8)
        var options = HTTPOptions()
        options.body.text = "aOrthanc"
        let verdict = try await withServer(.dribbles([octets])) { [options] in
            try await prober.probe(check(options, port: $0), address: loopback)
        }
        #expect(verdict.outcome == .passed)
    }

    @Test func slow() async throws {
        let (_, closed) = AsyncStream.makeStream(of: Void.self)
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        try await withServer(.answersLate([answer], by: .milliseconds(300), closed)) { port in
            var slow = check(HTTPOptions(), port: port)
            slow.slowThreshold = .milliseconds(200)
            let outcome = try await prober.probe(slow, address: loopback).outcome
            #expect(outcome.layer == .http && outcome.name == "degraded")
            #expect(outcome.text?.hasSuffix("in all, 200 ms would be good") == true, "\(outcome)")
            slow.slowThreshold = .seconds(20)
            #expect(try await prober.probe(slow, address: loopback).outcome == .passed)
        }
    }
}
