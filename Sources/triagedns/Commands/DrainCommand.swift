import Admin
import ArgumentParser
import Checks
import Foundation
import HealthChecks

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give no new answers with a target, so that it can be stopped.",
        discussion: """
            It is safe to stop when the answers that were given with it have run out: --wait returns then. \
            \(ExitMeaning.list(
                (.done, "done; with --wait, safe to stop"), (.failed, "the server refuses it"),
                (.unreachable, "the server cannot be reached"),
                (.answered, "the target is answered with (again), so waiting is of no use"),
                (.late, "not safe within --timeout")))
            """)

    @OptionGroup var options: OrderOptions

    @Flag(help: "Return when the target can be stopped.")
    var wait = false

    @Option(help: "How long to wait at most, such as 90s or 10min; for ever if it is left out.")
    var timeout: String?

    func validate() throws {
        guard let timeout else { return }
        guard Duration(text: timeout) != nil else {
            throw ValidationError("--timeout must be a duration such as 90s or 10min")
        }
        guard wait else { throw ValidationError("--timeout has no meaning without --wait") }
    }

    func run() async throws {
        let report = try await options.send("drain")
        if !options.json {
            // At once, also into a pipe: the wait may be long.
            FileHandle.standardOutput.write(Data((OrderText(report, at: .now).text + "\n").utf8))
        }
        guard wait else { return }
        let end = timeout.flatMap { Duration(text: $0) }.map { ContinuousClock.now + $0 }
        var progress = ProgressLine()
        var last = report
        while let clock = last.target?.drainClock, !clock.isSafe {
            guard !clock.isAnswered else {
                progress.end()
                throw CommandFailure(
                    "\(options.target) is answered with, so it is not safe to stop; see triagedns status", .answered)
            }
            if let end, ContinuousClock.now >= end {
                progress.end()
                throw CommandFailure("\(OrderText.safety(clock, at: .now)), which is later than --timeout", .late)
            }
            progress.show(OrderText.safety(clock, at: .now))
            try await Task.sleep(for: Self.pause(until: clock.safeAt))
            last = try await options.status()
        }
        progress.end()
        if !options.json { print("\(options.pool) \(options.target): safe to stop now") }
    }

    /// A second, or less if it is safe before.
    private static func pause(until end: Timestamp?) -> Duration {
        min(.seconds(1), max(.milliseconds(20), (end ?? .now) - .now))
    }
}
