// A check that is a program of the operator's: run without a shell, judged by its exit code, with the first line of its
// output as evidence. It gets a session of its own, so that all it starts can be killed with it.

internal import Checks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import Subprocess
internal import SystemPackage

/// One run of a program.
struct ProgramProbe: Sendable {
    let options: ProgramOptions
    let timeout: Duration
    /// What is told of the target: `TRIAGEDNS_ADDRESS` and so on.
    let facts: [(name: String, value: String)]

    /// The most octets of output that are looked at; more is read and thrown away.
    static let outputLimit = 4096
    /// The most characters of evidence.
    static let evidenceLimit = 200

    private enum End: Sendable {
        case ended(TerminationStatus, output: [UInt8])
        case notStarted(String)
        case tooLate
    }

    func run() async throws(ProbeNotRun) -> Verdict {
        let start = ContinuousClock.now
        let end = await withTaskGroup(of: End.self) { group in
            group.addTask { await execute() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return .tooLate
            }
            let first = await group.next() ?? .tooLate
            // Ends the other one: the program, if it still runs, with all of its group.
            group.cancelAll()
            return first
        }
        let latency = ContinuousClock.now - start
        switch end {
        case .notStarted(let reason):
            throw ProbeNotRun("cannot run \(options.path): \(reason)")
        case .tooLate:
            let text = Task.isCancelled ? "the probe was cancelled" : "no end within \(timeout.spoken), killed"
            return Verdict(outcome: .failed(.exec, text), layers: [], latency: latency)
        case .ended(let status, let output):
            return try judge(status, Self.evidence(in: output), latency)
        }
    }

    private func judge(
        _ status: TerminationStatus, _ evidence: String?, _ latency: Duration
    ) throws(ProbeNotRun) -> Verdict {
        let tail = evidence.map { ": \($0)" } ?? ""
        let outcome: Verdict.Outcome
        switch status {
        case .exited(0): outcome = .passed
        case .exited(1) where options.exitCodes == .nagios: outcome = .degraded(.exec, "warning\(tail)")
        case .exited(3) where options.exitCodes == .nagios: throw ProbeNotRun("\(options.path) does not know\(tail)")
        case .exited(let code): outcome = .failed(.exec, "exit code \(code)\(tail)")
        case .signaled(let signal): outcome = .failed(.exec, "killed by signal \(signal)\(tail)")
        }
        let layer = LayerTiming(layer: .exec, duration: latency, detail: evidence)
        return Verdict(outcome: outcome, layers: outcome.isFailure ? [] : [layer], latency: latency)
    }

    private func execute() async -> End {
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(options.path)), arguments: Arguments(arguments), environment: environment,
                platformOptions: platform, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                var output: [UInt8] = []
                for try await buffer in execution.standardOutput {
                    unsafe buffer.withUnsafeBytes { octets in
                        unsafe output.append(contentsOf: octets.prefix(Self.outputLimit - output.count))
                    }
                }
                return output
            }
            return .ended(result.terminationStatus, output: result.closureResult)
        } catch let error as SubprocessError {
            return .notStarted(Self.explain(error))
        } catch {
            return .tooLate
        }
    }

    private var arguments: [String] {
        options.arguments.map { argument in
            facts.reduce(argument) { $0.replacing("{\($1.name)}", with: $1.value) }
        }
    }

    /// Little of ours: a program must not depend on how the server was started.
    private var environment: Environment {
        var values: [Environment.Key: String] = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C",
        ]
        for fact in facts { values[Environment.Key(stringLiteral: "TRIAGEDNS_\(fact.name.uppercased())")] = fact.value }
        return .custom(values)
    }

    /// The first line that says something, without the performance data of monitoring plugins.
    static func evidence(in output: [UInt8]) -> String? {
        for line in output.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            let text = line.prefix { $0 != UInt8(ascii: "|") }
            let words = String(decoding: text, as: UTF8.self).unicodeScalars
                .split { $0.value <= 0x20 || $0.value == 0x7f }
            if !words.isEmpty { return String(words.map { String($0) }.joined(separator: " ").prefix(evidenceLimit)) }
        }
        return nil
    }

    private static func explain(_ error: SubprocessError) -> String {
        switch error.underlyingError {
        case Errno.noSuchFileOrDirectory?: "no such file"
        case Errno.permissionDenied?: "not permitted; is it executable?"
        case let other?: "\(other)"
        case nil where error.code == .executableNotFound: "no such program"
        case nil: "\(error)"
        }
    }
}
