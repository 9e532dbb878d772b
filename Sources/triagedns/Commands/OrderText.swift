// What is ordered for a target, in words.

import Admin
import DNSCore
import Foundation
import HealthChecks

/// What an order has come to, as its command prints it.
struct OrderText {
    let text: String

    init(_ report: OrderReport, at now: Date) {
        var lines: [String] = []
        let name = "\(report.pool) \(report.target?.name ?? "")"
        let orders = report.target?.orders.map { Self.lines($0) } ?? ["nothing is ordered"]
        lines += orders.map { "\(name): \($0)" }
        if !report.hasChanged { lines[0] += " (as before)" }
        if let problem = report.notSaved { lines.append("this does not survive a restart: \(problem)") }
        if let answers = report.answers { lines.append("\(report.pool) answers \(answers.text)") }
        text = lines.joined(separator: "\n")
    }

    /// `drained since 2026-01-02T03:04:05Z (upgrade, by anna)`, and so on.
    static func lines(_ orders: TargetOrders) -> [String] {
        var lines: [String] = []
        if let state = orders.state { lines.append("\(state.override) \(since(state.note))") }
        if let weight = orders.weight { lines.append("weight \(weight.weight) \(since(weight.note))") }
        for window in orders.maintenance {
            let words = words(window.note)
            let state = window.hasBegun ? "in maintenance until" : "maintenance from \(window.from.short) until"
            lines.append("\(state) \(window.until.short) (window \(window.id)\(words.isEmpty ? "" : ", ")\(words))")
        }
        return lines
    }

    private static func since(_ note: OrderNote) -> String {
        let words = words(note)
        return "since \(note.at.short)\(words.isEmpty ? "" : " (\(words))")"
    }

    private static func words(_ note: OrderNote) -> String {
        [note.reason, note.by.map { "by \($0)" }].compactMap { $0 }.joined(separator: ", ")
    }
}

extension Timestamp {
    /// Without the fraction: `2026-01-02T03:04:05Z`.
    var short: String { description.replacing(/\.\d+/, with: "") }
}
