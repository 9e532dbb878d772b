// From what is known of a pool to its card.

import Checks
import DNSCore
import Foundation
public import HealthChecks

/// A pool with all that its card shows.
public struct PoolView: Sendable {
    public struct Question: Sendable {
        /// A name with a POOL record.
        public var name: String
        /// `A`, `SRV` or `HTTPS`.
        public var kind: String
        /// The record's own.
        public var timeToLive: UInt32

        public init(name: String, kind: String, timeToLive: UInt32) {
            self.name = name
            self.kind = kind
            self.timeToLive = timeToLive
        }
    }

    public var report: PoolReport
    public var questions: [Question]
    /// By target, address and check.
    public var trails: [[[LatencyTrail]]]

    public init(report: PoolReport, questions: [Question], trails: [[[LatencyTrail]]]) {
        self.report = report
        self.questions = questions
        self.trails = trails
    }
}

extension PoolModel {
    init(_ view: PoolView, _ history: StateHistory, canOperate: Bool, now: Date) {
        let report = view.report
        name = report.name
        policy = report.policy
        size = report.targets.count
        // Who is answered with because nobody is well is not in service.
        inService = report.targets.count { target in
            report.answers.mode == .normal ? target.inService == true : Self.isWell(target)
        }
        notices = Self.notices(report)
        names = view.questions.map { question in
            Question(
                name: question.name, kind: question.kind,
                timeToLive: min(question.timeToLive, report.answers.timeToLiveLimit ?? .max))
        }
        targets = zip(report.targets, view.trails).map { target, trails in
            TargetModel(target, trails, of: report, history, canOperate: canOperate, now: now)
        }
        level = Self.level(report).rawValue
        answers = Self.answers(report)
        how = Self.how(report)
    }

    /// How the pool stands as a whole.
    static func level(_ report: PoolReport) -> Level {
        if report.answers.mode != .normal { return .bad }
        if report.commonMode != nil { return .warn }
        let worst = report.targets.map { TargetModel.level($0) }.max() ?? .ok
        return worst == .ok || worst == .out || worst == .quiet ? worst : .warn
    }

    private static func isWell(_ target: TargetStatus) -> Bool {
        let level = TargetModel.level(target)
        return level != .bad && level != .out
    }

    /// What is wrong with it, in a few words; nil if nothing is.
    static func problem(_ report: PoolReport) -> String? {
        switch report.answers.mode {
        case .normal: break
        case .failOpen: return "too few are in service, so all that are not taken out are answered"
        case .lastKnown: return "too few are in service, so the last ones are answered"
        case .backup: return "too few are in service, so \(report.answers.substitute ?? "the backup") answers"
        case .closed: return "too few are in service, so no address is answered"
        case .servfail: return "too few are in service, so answers are SERVFAIL"
        }
        if report.commonMode != nil { return "all targets fail in the same way" }
        let count = report.targets.count
        let down = report.targets.count { $0.inService != true && TargetModel.level($0) != .out }
        if down > 0 { return "\(down) of \(count) targets \(down == 1 ? "is" : "are") down" }
        let degraded = report.targets.count { TargetModel.level($0) == .warn }
        return degraded > 0 ? "\(degraded) of \(count) targets \(degraded == 1 ? "is" : "are") degraded" : nil
    }

    private static func notices(_ report: PoolReport) -> [Notice] {
        var notices: [Notice] = []
        let level = Self.level(report).rawValue
        if report.answers.mode != .normal, let problem = problem(report) {
            notices.append(Notice(level: level, text: problem.prefix(1).uppercased() + problem.dropFirst() + "."))
        }
        if let commonMode = report.commonMode { notices.append(Notice(level: level, text: commonMode.text)) }
        return notices
    }

    private static func answers(_ report: PoolReport) -> [Answer] {
        let sum = report.answers.weights?.reduce(0) { $0 + Double($1) } ?? 0
        return report.answers.members.enumerated().map { index, member in
            let weight = report.answers.weights.map { Double($0[index]) }
            let share = weight.flatMap {
                sum > 0 && report.policy == "weighted" ? "\(Int(($0 / sum * 100).rounded())) %" : nil
            }
            return Answer(text: member, level: report.answers.mode == .normal ? "ok" : "warn", share: share)
        }
    }

    private static func how(_ report: PoolReport) -> String {
        switch report.policy {
        case _ where report.answers.members.count < 2: "the one answer"
        case "weighted": "one of these at a time, by weight"
        case "sticky": "one of these, the same for each client network"
        case "failover": "all of the first tier in service"
        default: "all of these, taking turns to be first"
        }
    }
}
