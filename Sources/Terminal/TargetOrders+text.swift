// What is ordered for a target, in words.

import DNSCore
public import HealthChecks

extension TargetOrders {
    /// `drained since 2026-01-02T03:04:05Z (upgrade, by anna)`, and so on.
    public var sentences: [String] {
        var lines: [String] = []
        if let state { lines.append("\(state.override) \(state.note.since)") }
        if let weight { lines.append("weight \(weight.weight) \(weight.note.since)") }
        for window in maintenance {
            let words = window.note.words
            let state = window.hasBegun ? "in maintenance until" : "maintenance from \(window.from.spoken) until"
            lines.append("\(state) \(window.until.spoken) (window \(window.id)\(words.isEmpty ? "" : ", ")\(words))")
        }
        return lines
    }
}

extension OrderNote {
    fileprivate var since: String { "since \(at.spoken)\(words.isEmpty ? "" : " (\(words))")" }

    fileprivate var words: String { [reason, by.map { "by \($0)" }].compactMap { $0 }.joined(separator: ", ") }
}
