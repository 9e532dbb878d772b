// What goes over the wire, and to programs.

import Crypto
import Foundation
import ServerConfiguration
import Testing

@testable import HealthChecks
@testable import Notifications

@Suite struct SignatureTests {
    /// Computed with Python's hmac over the same octets; the way of the specification's own libraries.
    @Test func isThatOfTheSpecification() throws {
        let secret = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let headers = webhookHeaders(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", time: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8),
            secrets: [Array(secret), Array(secret)])
        let one = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.map(\.value) == ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "\(one) \(one)"])
        #expect(webhookHeaders(id: "a", time: 1, body: [], secrets: []).count == 2)
    }

    @Test func readsWhenToComeAgain() throws {
        let now = try Date("2026-11-21T10:00:00Z", strategy: .iso8601)
        #expect(retryAfter("120") == .seconds(120))
        #expect(retryAfter("Sat, 21 Nov 2026 10:01:30 GMT", now: now) == .seconds(90))
        #expect(retryAfter("Sat, 21 Nov 2026 09:00:00 GMT", now: now) == .zero)
        for text in ["", "-1", "soon", "1.5"] { #expect(retryAfter(text) == nil) }
    }
}

@Suite struct ProgramHookTests {
    private func message(_ count: Int = 1) -> NotificationMessage {
        let events = (0..<count).map { _ in
            var event = HealthEvent(.transition, at: "2026-01-02T03:04:05.678Z", reason: "it's $HOME\nagain")
            (event.pool, event.target, event.from, event.to) = ("p", "t", "up", "down")
            return event
        }
        return NotificationMessage(events, missed: 0, node: "ns1")
    }

    private func run(
        _ script: String, _ message: NotificationMessage, timeout: Duration = .seconds(20)
    ) async -> Outbox.Result {
        await ProgramHook(path: "/bin/sh", arguments: ["-c", script, "hook"], timeout: timeout).run(message)
    }

    @Test func getsTheMessageAndTheFirstEvent() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let message = message(500)
        let script = "cat > \(directory.path)/in; env > \(directory.path)/env"
        #expect(await run(script, message) == .delivered("exit code 0"))
        #expect(try Data(contentsOf: directory.appending(path: "in")) == Data(message.body))
        let environment = try String(contentsOf: directory.appending(path: "env"), encoding: .utf8)
        for line in ["COUNT=500", "POOL=p", "TARGET=t", "FROM=up", "TO=down", "REASON=it's $HOME", "KIND=transition"] {
            #expect(
                environment.contains("\nTRIAGEDNS_\(line)\n") || environment.hasPrefix("TRIAGEDNS_\(line)\n"), "\(line)"
            )
        }
        #expect(!environment.contains("HOME=/"))
    }

    @Test func needNotReadIt() async { #expect(await run("exit 0", message(2000)) == .delivered("exit code 0")) }

    @Test func exitCodesSayWhetherToTryAgain() async {
        #expect(await run("echo first; echo 'no  line' >&2; exit 3", message()) == .refused("exit code 3: no line"))
        #expect(await run("echo later; exit 75", message()) == .failed("exit code 75: later"))
        #expect(await run("kill -9 $$", message()) == .refused("killed by signal 9"))
        let none = ProgramHook(path: "/nonexistent/hook", arguments: [], timeout: .seconds(5))
        guard case .failed(let text, nil) = await none.run(message()) else {
            Issue.record("it cannot run")
            return
        }
        #expect(text.hasPrefix("cannot run /nonexistent/hook: "))
    }

    @Test func isKilledWithAllThatItHasStarted() async {
        let result = await run("sleep 600 & sleep 600", message(), timeout: .milliseconds(200))
        #expect(result == .refused("no end within 0.2 s, killed"))
    }
}
