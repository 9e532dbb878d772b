// A stand-in as a process of its own, so that a user can kill it. It is started again after a while.

import Checks
import DNSCore
import Foundation
import HealthChecks
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Runs `triagedns stand-in` until the program ends, however it ends.
final class StandInProcess: Service {
    let name: String
    let address: IPAddress
    private let revive: Duration
    private let logger: Logger
    /// With the pipe whose closing ends the process: nobody writes to it.
    private let running = Mutex<(process: Process, lifeline: Pipe)?>(nil)

    init(name: String, address: IPAddress, revive: Duration, logger: Logger) {
        self.name = name
        self.address = address
        self.revive = revive
        self.logger = logger
    }

    /// 0 if it is not running.
    var processIdentifier: Int32 { running.withLock { $0?.process.processIdentifier ?? 0 } }

    private var isRunning: Bool { running.withLock { $0?.process.isRunning == true } }

    /// Starts the process.
    func start() throws {
        try running.withLock { running in
            let process = Process()
            let lifeline = Pipe()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["stand-in", "--name", name, "--address", "\(address)", "--until-stdin-closes"]
            process.standardInput = lifeline
            try process.run()
            running = (process, lifeline)
        }
    }

    /// Throws if somebody listens where the process is to listen: the demo would show that program instead.
    func checkPorts() async throws {
        for port in [StandInCommand.defaultHTTPSPort, StandInCommand.defaultDicomPort] where await isOpen(port) {
            throw StandInProblem(
                description: "another program listens on \(address):\(port), where \(name) is to listen; stop it "
                    + "(`ss -ltnp` tells which one it is)")
        }
    }

    /// Returns once the process accepts connections, or after ten seconds. Throws if it has ended.
    func waitUntilListening() async throws {
        for _ in 0..<100 {
            guard isRunning else { throw StandInProblem(description: "\(name) has ended as soon as it started") }
            if await isOpen(StandInCommand.defaultDicomPort) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func isOpen(_ port: UInt16) async -> Bool {
        let prober = Prober(group: MultiThreadedEventLoopGroup.singleton)
        let check = CheckDefinition(name: "start", kind: .tcp, port: port)
        return (try? await prober.probe(check, address: address))?.outcome == .passed
    }

    func stop() {
        running.withLock { running in
            guard let process = running?.process, process.isRunning else { return }
            // It has nothing to tidy up, and one that a user froze with SIGSTOP would not heed SIGTERM.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Watches the process, and starts it again when it has ended.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { break }
                guard !isRunning else { continue }
                logger.notice("\(name) has ended; it starts again in \(revive.components.seconds) s")
                guard (try? await Task.sleep(for: revive)) != nil else { break }
                do {
                    try start()
                    logger.notice("\(name) started again, process \(processIdentifier)")
                } catch {
                    logger.error("\(name) cannot be started: \(error)")
                }
            }
        }
        stop()
    }
}

/// Why the demo cannot have a stand-in.
struct StandInProblem: Error, CustomStringConvertible {
    var description: String
}
