// What a simulation has come to, as JSON and for a terminal. Times are seconds since the beginning of the fault.

import DNSCore
import Foundation
import HealthChecks

/// The result of `triagedns simulate`.
struct SimulationReport: Encodable {
    var hosts: [String]
    var manner: String
    var runs: Int
    var length: Double
    var end: Double?
    var period: Double?
    var names: [NameReport]
    /// Of the slowest run, or of the first if the fault comes and goes: the answers before, and what happened.
    var before: [String]
    var moments: [Moment]

    struct Moment: Encodable {
        var time: Double
        var text: String
    }

    /// One name that leads to a host that fails.
    struct NameReport: Encodable {
        var name: String
        var pool: String
        var ttl: UInt32
        /// From intervals, thresholds, timeouts and TTLs; absent if there is no such bound, `reason` says why.
        var bound: Bound?
        var reason: String?
        /// Over the runs in which it happened.
        var untilAnswersChange: Spread?
        var untilForgotten: Spread?
        var untilBack: Spread?
        /// In how many runs answers never left the hosts out for good.
        var neverForgotten: Int
        /// On average, between answers with the hosts and without, and the share of time with.
        var changes: Double
        var timeInAnswers: Double
        var resolvers: [Resolvers]

        enum CodingKeys: String, CodingKey {
            case name, pool, ttl, bound, reason, changes, resolvers
            case untilAnswersChange = "until_answers_change"
            case untilForgotten = "until_forgotten"
            case untilBack = "until_back"
            case neverForgotten = "never_forgotten"
            case timeInAnswers = "time_in_answers"
        }
    }

    struct Bound: Encodable {
        var check: String
        var interval, timeout: Double
        var rechecks: Int
        var recheck, ttl, total: Double
        /// All of it as a sum.
        var text: String
    }

    struct Spread: Encodable {
        var median: Double
        var most: Double
    }

    struct Resolvers: Encodable {
        var time: Double
        /// The share of resolvers that have a failing host in what they keep: on average, and in the worst run.
        var average, worst: Double
        /// The share of clients that are sent there, on average.
        var clients: Double
    }
}

extension SimulationReport {
    /// - Parameter outcomes: by run and name.
    init(_ simulation: Simulation, _ outcomes: [[Simulation.Outcome]], seed: UInt64) {
        let fault = simulation.world.fault
        hosts = simulation.world.hosts
        manner = fault.manner.rawValue
        runs = outcomes.count
        length = simulation.length.seconds
        end = fault.end?.seconds
        period = fault.period?.seconds
        names = simulation.names.indices.map { name in NameReport(simulation, name, outcomes.map { $0[name] }) }
        let slowest =
            fault.period != nil
            ? 0 : outcomes.indices.max { Self.slowness(outcomes[$0]) < Self.slowness(outcomes[$1]) } ?? 0
        let story = simulation.story(seed: seed &+ UInt64(slowest))
        before = story.before
        moments = story.moments.map { Moment(time: $0.time.seconds, text: $0.text) }
    }

    /// The latest moment at which a resolver forgets.
    private static func slowness(_ outcomes: [Simulation.Outcome]) -> Duration {
        outcomes.map { $0.untilForgotten ?? .seconds(1_000_000) }.max() ?? .zero
    }
}

extension SimulationReport.NameReport {
    init(_ simulation: Simulation, _ index: Int, _ outcomes: [Simulation.Outcome]) {
        let name = simulation.names[index]
        self.name = "\(name.name)"
        pool = simulation.world.poolName(of: name)
        ttl = name.timeToLive
        switch simulation.world.recovery(of: name) {
        case .bound(let bound) where simulation.world.fault.period == nil: self.bound = SimulationReport.Bound(bound)
        case .bound: break
        case let other: reason = other.reason
        }
        untilAnswersChange = SimulationReport.Spread(outcomes.compactMap(\.untilAnswersChange))
        untilForgotten = SimulationReport.Spread(outcomes.compactMap(\.untilForgotten))
        untilBack = SimulationReport.Spread(outcomes.compactMap(\.untilBack))
        neverForgotten = outcomes.count { $0.untilForgotten == nil }
        let count = Double(outcomes.count)
        changes = Double(outcomes.reduce(0) { $0 + $1.changes }) / count
        timeInAnswers = outcomes.reduce(0) { $0 + $1.timeInAnswers } / count
        resolvers = Simulation.moments.indices.map { moment in
            let shares = outcomes.map { $0.resolvers[moment] }
            return SimulationReport.Resolvers(
                time: Simulation.moments[moment].seconds, average: shares.reduce(0, +) / count,
                worst: shares.max() ?? 0,
                clients: outcomes.reduce(0) { $0 + $1.clients[moment] } / count)
        }
    }
}

extension SimulationReport.Spread {
    init?(_ times: [Duration]) {
        guard let most = times.max() else { return nil }
        median = times.sorted()[times.count / 2].seconds
        self.most = most.seconds
    }
}

extension SimulationReport.Bound {
    init(_ bound: RecoveryBound) {
        check = bound.check
        interval = bound.interval.seconds
        timeout = bound.timeout.seconds
        rechecks = bound.rechecks
        recheck = bound.recheck.seconds
        ttl = bound.timeToLive.seconds
        total = bound.total.seconds
        text = bound.text
    }
}

extension Recovery {
    /// Why there is no bound.
    var reason: String? {
        switch self {
        case .bound: nil
        case .notSeen: "no check of the pool sees it"
        case .staysInAnswers(let mode):
            mode == .normal
                ? "stays in the answers" : "stays in the answers, as too few others are in service (\(mode.rawValue))"
        case .held(let reason): reason
        }
    }
}

extension Duration {
    /// To the microsecond.
    var seconds: Double { (self / .microseconds(1)).rounded() / 1_000_000 }

    /// `2.2 s`, `30 s`.
    var brief: String { seconds.brief + " s" }
}

extension Double {
    /// To a tenth, without `.0`.
    var brief: String {
        let rounded = (self * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
