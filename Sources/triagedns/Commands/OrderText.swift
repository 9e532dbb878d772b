// What is ordered for a target, in words.

import Admin
import DNSCore
import Foundation
import HealthChecks

/// What an order has come to, as its command prints it.
struct OrderText {
    let text: String

    init(_ report: TargetReport, at now: Date) {
        var lines: [String] = []
        let name = "\(report.pool) \(report.target?.name ?? "")"
        let orders = report.target?.orders.map { Self.lines($0) } ?? ["nothing is ordered"]
        lines += orders.map { "\(name): \($0)" }
        if report.hasChanged == false { lines[0] += " (as before)" }
        if let problem = report.notSaved { lines.append("this does not survive a restart: \(problem)") }
        if let answers = report.answers { lines.append("\(report.pool) answers \(answers.text)") }
        if let target = report.target { lines += Self.clock(target, in: report.pool, at: now) }
        text = lines.joined(separator: "\n")
    }

    /// `drained since 2026-01-02T03:04:05Z (upgrade, by anna)`, and so on.
    static func lines(_ orders: TargetOrders) -> [String] {
        var lines: [String] = []
        if let state = orders.state { lines.append("\(state.override) \(since(state.note))") }
        if let weight = orders.weight { lines.append("weight \(weight.weight) \(since(weight.note))") }
        for window in orders.maintenance {
            let words = words(window.note)
            let state = window.hasBegun ? "in maintenance until" : "maintenance from \(window.from.spoken) until"
            lines.append("\(state) \(window.until.spoken) (window \(window.id)\(words.isEmpty ? "" : ", ")\(words))")
        }
        return lines
    }

    /// What there is to say of the drain clock of a target that is to be stopped.
    static func clock(_ target: TargetStatus, in pool: String, at now: Date) -> [String] {
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
    static func safety(_ clock: DrainClockStatus, at now: Date) -> String {
        guard !clock.isSafe, let end = clock.safeAt else { return "safe to stop now" }
        let time = Date(timeIntervalSince1970: (Double(end.milliseconds) / 1000).rounded(.up))
        let text = time.formatted(
            Date.VerbatimFormatStyle(
                format:
                    "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)",
                timeZone: .current, calendar: .current))
        return "safe to stop at \(text) (in \(max(0, Int(time.timeIntervalSince(now).rounded(.up)))) s)"
    }

    private static func since(_ note: OrderNote) -> String {
        let words = words(note)
        return "since \(note.at.spoken)\(words.isEmpty ? "" : " (\(words))")"
    }

    private static func words(_ note: OrderNote) -> String {
        [note.reason, note.by.map { "by \($0)" }].compactMap { $0 }.joined(separator: ", ")
    }
}
