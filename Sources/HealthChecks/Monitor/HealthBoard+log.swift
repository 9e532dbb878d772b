// A member's change of state in words, for the log.

#if canImport(FoundationEssentials)
    internal import Checks
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import DNSCore
internal import Logging

extension HealthBoard {
    /// What is known of one check of one address; nil if this board does not have it.
    subscript(unit: ProbeUnit) -> Unit? { plan.numbers[unit].map { units[$0] } }

    /// Takes a verdict, as `record(_:of:at:)` with a number; nil if this board does not have the unit.
    mutating func record(
        _ verdict: Verdict, of unit: ProbeUnit, at time: Date
    ) -> (transitions: [Transition], isNew: Bool)? {
        plan.numbers[unit].map { record(verdict, of: $0, at: time) }
    }
}

/// What is written to the log.
typealias LogLine = (level: Logger.Level, text: String)

extension MonitorPlan {
    /// One line for each transition.
    func lines(of transitions: [HealthBoard.Transition], _ verdict: Verdict, _ unit: ProbeUnit) -> [LogLine] {
        transitions.map { transition in
            let member = members[transition.member]
            let pool = pools[member.pool].definition
            var text = "\(pool.name) \(pool.targets[member.target].name) \(member.subject.text): "
            text += "\(transition.old) -> \(transition.new) (\(unit.check.name)"
            if let layer = verdict.outcome.layer { text += ", \(layer)" }
            text += ": \(verdict.outcome.text ?? "passed"))"
            let isExpected = transition.old == .unknown && transition.new == .up
            return (transition.new == .down ? .warning : isExpected ? .info : .notice, text)
        }
    }
}
