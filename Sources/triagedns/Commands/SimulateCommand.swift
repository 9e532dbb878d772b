public import ArgumentParser
import Checks
import DNSCore
import Foundation
public import HealthChecks
import ServerConfiguration
import Synchronization

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "What would happen if a host failed: what is answered when, and until when resolvers remember.",
        discussion: """
            Runs the state machines and answers of a server over the directory's pools under a clock of its own: nothing is \
            probed, no server needs to run. Each run begins with all hosts well; where probes stand in their intervals then \
            is drawn at random.

            HOST is a target's name (in whatever pools), POOL/TARGET, an address, or a pool, for all of it. What an address \
            shares with other targets fails with it.

            \(ExitMeaning.list(
                (.done, "done"), (.failed, "the directory has errors, or no such host"),
                (.usage, "the command line is wrong")))
            """)

    @Argument(help: "Directory with *.zone files and triagedns.yaml.", completion: .directory)
    var directory: String

    @Option(
        help: ArgumentHelp("This host fails at t = 0; may be repeated.", valueName: "host"),
        completion: Completion.hosts)
    var kill: [String] = []

    @Option(
        help: ArgumentHelp(
            "This host comes and goes: for half of the period it fails, for half it is well.", valueName: "host@period")
    )
    var flap: String?

    @Option(
        help: ArgumentHelp(
            "How it fails: \(Fault.Manner.allCases.map(\.rawValue).joined(separator: ", ")); see docs/recovery.md.",
            valueName: "manner"))
    var how = Fault.Manner.refused

    @Option(name: .customLong("for"), help: ArgumentHelp("It is well again after so long.", valueName: "duration"))
    var duration: SpokenDuration?

    @Option(
        help: ArgumentHelp("How long each run goes on (default: 2min, or 10min with --flap).", valueName: "duration"))
    var length: SpokenDuration?

    @Option(help: "How many runs.")
    var runs = 500

    @Option(help: "Where random numbers start: the same ones give the same runs.")
    var seed: UInt64 = 1

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if kill.isEmpty == (flap == nil) {
            throw ValidationError("name what fails: --kill HOST, or --flap HOST@PERIOD")
        }
        if !(1...100_000).contains(runs) { throw ValidationError("--runs must be 1 to 100000") }
        if let flap, flapped(flap) == nil {
            throw ValidationError("--flap must be a host and a period such as orthanc-a@6s")
        }
    }

    func run() async throws {
        let project = try Project.load(directory)
        if project.hasErrors { throw TriageDNS.report(project.findings) }
        let simulation = Simulation(try world(of: project), length: time)
        guard !simulation.names.isEmpty else {
            throw CommandFailure(
                "no name of the zones leads to \(hostTexts.joined(separator: ", ")); nothing would change")
        }
        let outcomes = run(simulation)
        let report = SimulationReport(simulation, outcomes, seed: seed)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report.text)
        }
    }

    private var hostTexts: [String] { flap.flatMap { flapped($0).map { [$0.host] } } ?? kill }

    private var time: Duration { length?.duration ?? .seconds(flap == nil ? 120 : 600) }

    private func flapped(_ text: String) -> (host: String, period: Duration)? {
        guard let at = text.lastIndex(of: "@"), at > text.startIndex,
            let period = SpokenDuration(argument: String(text[text.index(after: at)...]))
        else { return nil }
        return (String(text[..<at]), period.duration)
    }

    private func world(of project: Project) throws -> FaultPlan {
        let fault = Fault(how, end: duration?.duration, period: flap.flatMap { flapped($0)?.period })
        do throws(FaultPlan.NothingThere) {
            return try FaultPlan(
                project.monitored, prober: ProberRules(project.configuration.prober), names: project.poolNames,
                subjects: hostTexts.map { FaultPlan.Subject($0) }, fault: fault)
        } catch {
            let text = error.subject.text
            let hint = Diagnostic.nearest(to: text, among: error.known).map { "did you mean \($0)?" }
            throw CommandFailure(
                "there is no target, pool or address \(text); "
                    + (hint ?? "there are \(error.known.joined(separator: ", "))"))
        }
    }

    /// All runs, by run and name.
    private func run(_ simulation: Simulation) -> [[Simulation.Outcome]] {
        let done = DoneCount()
        return showingProgress({ [runs] in "\(done.value) of \(runs) runs" }) {
            (0..<runs).map { number in
                defer { done.add() }
                return simulation.run(seed: seed &+ UInt64(number))
            }
        }
    }
}

/// For whoever looks on from another thread.
private final class DoneCount: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add() { count.add(1, ordering: .relaxed) }
}

extension Fault.Manner: ExpressibleByArgument {}

/// `500ms`, `10s`, `5min` or `1h`.
struct SpokenDuration: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = Duration(text: argument), duration > .zero, duration <= .seconds(86_400) else {
            return nil
        }
        self.duration = duration
    }
}

extension FaultPlan.Subject {
    fileprivate var text: String {
        switch self {
        case .target(let name): name
        case .member(let pool, let target): "\(pool)/\(target)"
        case .address(let address): "\(address)"
        }
    }
}

extension Project {
    /// The names that lead to pools, in the order of the zones and their files.
    var poolNames: [PoolName] {
        servedZones.flatMap { zone in
            zone.poolOwners.filter { $0.serviceType == nil }
                .map { PoolName(name: $0.name, pool: $0.pool, timeToLive: $0.timeToLive) }
        }
    }
}
