// Checks that are programs: exit codes, evidence, what they are told, and that nothing of them stays behind.

import Checks
import DNSCore
import Foundation
import Testing

@testable import HealthChecks

@Suite struct ProgramTests {
    private let prober = Prober(group: testGroup)

    private func check(
        _ script: String, _ arguments: [String] = [], codes: ProgramOptions.ExitCodes = .plain, port: UInt16? = nil,
        timeout: Duration = .seconds(20)
    ) -> CheckDefinition {
        let options = ProgramOptions(path: "/bin/sh", arguments: ["-c", script, "sh"] + arguments, exitCodes: codes)
        return CheckDefinition(
            name: "program", kind: .exec(options), port: port, timeouts: Timeouts(exec: timeout))
    }

    private func outcome(_ script: String, _ codes: ProgramOptions.ExitCodes = .plain) async throws -> Verdict.Outcome {
        try await prober.probe(check(script, codes: codes), address: loopback).outcome
    }

    @Test func exitCodes() async throws {
        #expect(try await outcome("exit 0") == .passed)
        #expect(try await outcome("echo no; exit 1") == .failed(.exec, "exit code 1: no"))
        #expect(try await outcome("exit 3") == .failed(.exec, "exit code 3"))
        #expect(try await outcome("kill -9 $$") == .failed(.exec, "killed by signal 9"))
        #expect(
            try await outcome("echo 'WARNING - disk 91% | disk=91'; exit 1", .nagios)
                == .degraded(.exec, "warning: WARNING - disk 91%"))
        #expect(try await outcome("echo CRITICAL; exit 2", .nagios) == .failed(.exec, "exit code 2: CRITICAL"))
        let problem = await #expect(throws: ProbeNotRun.self) { try await outcome("echo huh; exit 3", .nagios) }
        #expect(problem?.description == "/bin/sh does not know: huh")
    }

    @Test func firstLineIsEvidence() async throws {
        let verdict = try await prober.probe(
            check("echo; printf 'OK \\033[31m fine\\n'; echo second; yes | head -c 300000"), address: loopback)
        #expect(verdict.outcome == .passed)
        #expect(verdict.layers.map(\.layer) == [.exec])
        #expect(verdict.layers[0].detail == "OK [31m fine")
        #expect(try await outcome("echo broken >&2; exit 1") == .failed(.exec, "exit code 1: broken"))
        #expect(ProgramProbe.evidence(in: Array(repeating: 0x61, count: 1000))?.count == ProgramProbe.evidenceLimit)
        #expect(ProgramProbe.evidence(in: []) == nil)
    }

    @Test func isToldOfItsTarget() async throws {
        let told = check(
            "echo $TRIAGEDNS_ADDRESS $TRIAGEDNS_PORT $TRIAGEDNS_NAME $1; env | sort >&2", ["{name}:{port}@{address}"],
            port: 22
        ).naming(["pacs.example.org"])
        let verdict = try await prober.probe(told, address: loopback)
        #expect(verdict.layers[0].detail == "127.0.0.1 22 pacs.example.org pacs.example.org:22@127.0.0.1")
        // A value is text, never a part of a command.
        let literal = try await prober.probe(check("echo \"$1\"", ["$(id); {port}"]), address: loopback)
        #expect(literal.layers[0].detail == "$(id);")
    }

    @Test func environmentIsItsOwn() async throws {
        let names = try await prober.probe(check("env | cut -d= -f1 | sort | tr '\\n' ' '"), address: loopback)
        #expect(
            names.layers[0].detail
                == "LC_ALL PATH PWD TRIAGEDNS_ADDRESS TRIAGEDNS_NAME TRIAGEDNS_PORT")
    }

    @Test func isKilledWithItsGroup() async throws {
        try await withFile("") { file in
            // The grandchild would outlive a parent that was killed alone.
            let script = "sleep 600 & echo $! >> \(file); echo $$ >> \(file); wait"
            let verdict = try await prober.probe(check(script, timeout: .seconds(3)), address: loopback)
            #expect(verdict.outcome == .failed(.exec, "no end within 3 s, killed"))
            let pids = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { pid_t($0) }
            #expect(pids.count == 2)
            for pid in pids { #expect(try await hasEnded(pid), "\(pid)") }
        }
    }

    @Test func endsWhenItIsCancelled() async throws {
        try await withFile("") { file in
            let endless = check("echo $$ > \(file); exec sleep 600")
            let probing = Task { try await prober.probe(endless, address: loopback) }
            var pid: pid_t?
            while pid == nil {
                try await Task.sleep(for: .milliseconds(10))
                pid = pid_t(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines))
            }
            probing.cancel()
            _ = await probing.result
            #expect(try await hasEnded(try #require(pid)))
        }
    }

    /// Whether a process is gone, or is a zombie that its new parent has not looked at yet.
    private func hasEnded(_ pid: pid_t) async throws -> Bool {
        for _ in 0..<500 {
            guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
            if text.contains(") Z ") { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// A child that keeps the output open does not hold up the verdict of its parent.
    @Test func backgroundChildHoldsNothingUp() async throws {
        let verdict = try await prober.probe(check("sleep 600 & echo up $!"), address: loopback)
        let words = verdict.layers.first?.detail?.split(separator: " ") ?? []
        let pid = try #require(words.last.flatMap { pid_t($0) })
        #expect(verdict.outcome == .passed && words.first == "up")
        #expect(kill(pid, SIGKILL) == 0, "it still ran")
    }

    @Test func cannotBeStarted() async throws {
        let options = ProgramOptions(path: "/nonexistent/program")
        let check = CheckDefinition(name: "program", kind: .exec(options), port: nil)
        let problem = await #expect(throws: ProbeNotRun.self) { try await prober.probe(check, address: loopback) }
        #expect(problem?.description.hasPrefix("cannot run /nonexistent/program: ") == true, "\(problem as Any)")
    }

    /// As many at a time as may be, and no more.
    @Test func areBounded() async throws {
        try await withFile("") { file in
            let script = "echo + >> \(file); sleep 0.2; echo - >> \(file)"
            try await withThrowingTaskGroup { group in
                for _ in 0..<Prober.mostPrograms + 8 {
                    group.addTask { try await prober.probe(check(script), address: loopback) }
                }
                for try await verdict in group { #expect(verdict.outcome == .passed) }
            }
            var running = 0, most = 0
            for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
                running += line == "+" ? 1 : -1
                most = max(most, running)
            }
            #expect(2...Prober.mostPrograms ~= most)
        }
    }
}
