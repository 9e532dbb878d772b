// One run of a program of the operator's: the message on standard input, the first event in the environment. It gets a
// session of its own, so that all it starts can be killed with it.

internal import CLinuxSockets
internal import HealthChecks
internal import Subprocess
internal import SystemPackage
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct ProgramHook: Sendable {
    let path: String
    let arguments: [String]
    let timeout: Duration

    /// What a program ends with that wants to be run again later: EX_TEMPFAIL of sysexits.h. All other codes are final,
    /// lest a program that fails half way pages somebody again and again.
    private static let tryAgain: Int32 = 75
    /// The most octets of output that are looked at, from its end.
    private static let outputLimit = 4096

    private enum End: Sendable {
        case ended(TerminationStatus, output: [UInt8])
        case notStarted(String)
        case tooLate
    }

    func run(_ message: NotificationMessage) async -> Outbox.Result {
        let end = await withTaskGroup(of: End.self) { group in
            group.addTask { await execute(message) }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return .tooLate
            }
            let first = await group.next() ?? .tooLate
            // Ends the other one: the program, if it still runs, with all of its group.
            group.cancelAll()
            return first
        }
        switch end {
        case .notStarted(let reason): return .failed("cannot run \(path): \(reason)")
        case .tooLate: return .refused("no end within \(timeout / .seconds(1)) s, killed")
        case .ended(.exited(0), _): return .delivered("exit code 0")
        case .ended(.exited(Self.tryAgain), let output): return .failed("exit code 75\(Self.lastLine(of: output))")
        case .ended(.exited(let code), let output): return .refused("exit code \(code)\(Self.lastLine(of: output))")
        case .ended(.signaled(let signal), let output):
            return .refused("killed by signal \(signal)\(Self.lastLine(of: output))")
        }
    }

    private func execute(_ message: NotificationMessage) async -> End {
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        do {
            let input = try Self.file(with: message.body)
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: environment(message),
                platformOptions: platform, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .sequence, error: .combinedWithOutput
            ) { execution in
                var output: [UInt8] = []
                for try await buffer in execution.standardOutput {
                    unsafe buffer.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
                    if output.count > Self.outputLimit { output.removeFirst(output.count - Self.outputLimit) }
                }
                return output
            }
            return .ended(result.terminationStatus, output: result.closureResult)
        } catch let error as SubprocessError {
            return .notStarted("\(error)")
        } catch let error as Errno {
            return .notStarted("\(error)")
        } catch {
            return .tooLate
        }
    }

    /// A file to read the message from. A pipe would end this process by SIGPIPE if the program does not read all of it.
    private static func file(with octets: [UInt8]) throws(Errno) -> FileDescriptor {
        let number = CLinux_memoryFile()
        guard number >= 0 else { throw Errno(rawValue: errno) }
        let file = FileDescriptor(rawValue: number)
        do {
            try file.writeAll(octets)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error as? Errno ?? .ioError
        }
        return file
    }

    /// Little of ours, and what a short script wants to know without reading JSON: the first event.
    private func environment(_ message: NotificationMessage) -> Environment {
        let event = message.events.first
        let facts: [(String, String?)] = [
            ("MESSAGE", message.id), ("COUNT", "\(message.events.count)"), ("KIND", event?.kind.rawValue ?? "test"),
            ("TIME", event?.time), ("POOL", event?.pool), ("TARGET", event?.target), ("ADDRESS", event?.address),
            ("FROM", event?.from), ("TO", event?.to), ("REASON", event?.reason), ("TEXT", event?.text),
        ]
        var values: [Environment.Key: String] = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C",
        ]
        for (name, value) in facts {
            guard let value else { continue }
            // A NUL would end the variable, and with it what follows.
            values[Environment.Key(stringLiteral: "TRIAGEDNS_\(name)")] = value.replacing("\0", with: " ")
        }
        return .custom(values)
    }

    private static func lastLine(of output: [UInt8]) -> String {
        let lines = output.split { $0 == 0x0a || $0 == 0x0d }.map { line in
            String(decoding: line, as: UTF8.self).unicodeScalars
                .split { $0.value <= 0x20 || $0.value == 0x7f }.map { String($0) }.joined(separator: " ")
        }
        return lines.last { !$0.isEmpty }.map { ": \($0.prefix(200))" } ?? ""
    }
}
