// What is ordered for a target, in words.

import Admin
import DNSCore
import Foundation
import HealthChecks
import Terminal

/// What an order has come to, as its command prints it.
struct OrderText {
    let text: String

    init(_ report: TargetReport, at now: Timestamp) {
        var lines: [String] = []
        let name = "\(report.pool) \(report.target?.name ?? "")"
        let orders = report.target?.orders?.sentences ?? ["nothing is ordered"]
        lines += orders.map { "\(name): \($0)" }
        if report.hasChanged == false { lines[0] += " (as before)" }
        if let problem = report.notSaved { lines.append("this does not survive a restart: \(problem)") }
        if let answers = report.answers { lines.append("\(report.pool) answers \(answers.text)") }
        if let target = report.target { lines += Self.clock(target, in: report.pool, at: now) }
        text = lines.map(\.printable).joined(separator: "\n")
    }

    /// What there is to say of the drain clock of a target that is to be stopped.
    static func clock(_ target: TargetStatus, in pool: String, at now: Timestamp) -> [String] {
        guard let clock = target.drainClock, !clock.isAnswered || target.override?.takesOut == true else { return [] }
        guard !clock.isAnswered else {
            return ["\(pool) \(target.name): still answered with, as no other target is in service"]
        }
        var lines = ["\(pool) \(target.name): \(safety(clock, at: now))"]
        if !clock.alsoAnsweredAs.isEmpty {
            let others = clock.alsoAnsweredAs.map { "\($0)" }.joined(separator: ", ")
            lines[0] += " as far as this pool goes"
            lines.append("the same address is still answered as \(others)")
        }
        return lines
    }

    /// `safe to stop at 14:03:10 (in 31 s)`, in local time.
    static func safety(_ clock: DrainClockStatus, at now: Timestamp) -> String {
        guard !clock.isSafe, let end = clock.safeAt else { return "safe to stop now" }
        let second = (end.milliseconds + 999) / 1000
        let time = Date(timeIntervalSince1970: Double(second))
        let text = time.formatted(
            Date.VerbatimFormatStyle(
                format:
                    "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)",
                timeZone: .current, calendar: .current))
        let left = max(0, (second * 1000 - now.milliseconds + 999) / 1000)
        return "safe to stop at \(text) (in \(left) s)"
    }
}
