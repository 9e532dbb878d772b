// A stand-in as a process of its own, so that a user can kill it. It is started again after a while.

import DNSCore
import Foundation
import HealthChecks
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Runs `triagedns stand-in` until the program ends.
final class StandInProcess: Service {
    let name: String
    let address: String
    private let revive: Duration
    private let logger: Logger
    private let process = Mutex<Process?>(nil)

    init(name: String, address: String, revive: Duration, logger: Logger) {
        self.name = name
        self.address = address
        self.revive = revive
        self.logger = logger
    }

    /// 0 if it is not running.
    var processIdentifier: Int32 { process.withLock { $0?.processIdentifier ?? 0 } }

    /// Starts the process, unless it runs.
    func start() throws {
        try process.withLock { process in
            let next = Process()
            next.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            next.arguments = ["stand-in", "--name", name, "--address", address]
            try next.run()
            process = next
        }
    }

    /// Returns once the process accepts connections, or after ten seconds.
    func waitUntilListening() async {
        guard let address = IPAddress(address) else { return }
        let prober = Prober(group: MultiThreadedEventLoopGroup.singleton)
        let check = CheckDefinition(name: "start", kind: .tcp, port: StandInCommand.defaultDicomPort)
        for _ in 0..<100 {
            if await prober.probe(check, address: address).outcome == .passed { return }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    func stop() {
        process.withLock { process in
            guard let running = process, running.isRunning else { return }
            running.terminate()
            running.waitUntilExit()
        }
    }

    /// Watches the process. It is ended with the program, however that ends.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { break }
                guard process.withLock({ $0?.isRunning != true }) else { continue }
                logger.notice("\(name) has ended; it starts again in \(revive.components.seconds) s")
                guard (try? await Task.sleep(for: revive)) != nil else { break }
                do { try start() } catch { logger.error("\(name) cannot be started: \(error)") }
                logger.notice("\(name) started again, process \(processIdentifier)")
            }
        }
        stop()
    }
}
