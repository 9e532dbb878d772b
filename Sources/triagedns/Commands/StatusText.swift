// The pools of a running server as a table, and below it what is unusual about them.

import Admin
import Checks
import DNSCore
import Foundation
import HealthChecks

/// What `triagedns status` prints.
struct StatusText {
    private(set) var text: String
    private let now: Date

    init(_ report: PoolsReport, at now: Date) {
        self.now = now
        text = ""
        let notes = Self.notes(report, at: now)
        text = aligned(rows(report)) + (notes.isEmpty ? "" : "\n\n" + notes.joined(separator: "\n"))
    }

    /// One line for each check of each address.
    private func rows(_ report: PoolsReport) -> [[String]] {
        var rows = [["POOL", "TARGET", "ADDRESS", "STATE", "SINCE", "SERVED", "CHECK", "VERDICT", "NEXT"]]
        for pool in report.pools {
            for target in pool.targets {
                for address in target.addresses {
                    let head = [
                        pool.name, target.name, address.address, state(address, target), ago(address.since),
                        served(address, pool),
                    ]
                    if address.checks.isEmpty { rows.append(head + ["-", "not probed", "-"]) }
                    for check in address.checks {
                        rows.append(head + [check.label, check.verdict, next(check)])
                    }
                }
            }
        }
        return rows
    }

    private func state(_ address: AddressStatus, _ target: TargetStatus) -> String {
        let held = address.hold == nil && !address.isFrozen ? "" : " (held)"
        return address.state.rawValue + held + (target.override.map { ", \($0)" } ?? "")
    }

    private func served(_ address: AddressStatus, _ pool: PoolReport) -> String {
        guard address.inService == true else { return "no" }
        if pool.answers.mode == .failOpen { return "yes (fail open)" }
        return address.weightPercent.map { "yes (\($0)% of its weight)" } ?? "yes"
    }

    private func next(_ check: CheckStatus) -> String {
        guard let next = check.next, let time = date(next) else { return "now" }
        let seconds = time.timeIntervalSince(now)
        return seconds > 0 ? "in \(Int(seconds.rounded(.up))) s" : "now"
    }

    private func ago(_ text: String) -> String {
        guard let time = date(text) else { return text }
        let seconds = Int(max(0, now.timeIntervalSince(time)))
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7_200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) days"
        }
    }

    private func date(_ text: String) -> Date? {
        try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// What concerns the node, a pool as a whole, or an address whose state its last verdicts do not tell.
    private static func notes(_ report: PoolsReport, at now: Date) -> [String] {
        var notes = [report.prober.text, report.state?.problem.map { "nothing survives a restart: \($0)" }]
            .compactMap { $0 }
        for pool in report.pools {
            if let note = note(on: pool.answers) { notes.append("\(pool.name): \(note)") }
            if let cause = pool.commonMode { notes.append("\(pool.name): \(cause.text)") }
            for target in pool.targets {
                if let note = note(on: target) { notes.append("\(pool.name) \(target.name): \(note)") }
                let orders = target.orders.map { OrderText.lines($0) } ?? []
                notes += orders.map { "\(pool.name) \(target.name): \($0)" }
                if !orders.isEmpty { notes += OrderText.clock(target, in: pool.name, at: now) }
                for address in target.addresses where address.state != .up || address.hold != nil {
                    notes.append("\(pool.name) \(target.name) \(address.address): \(address.reason)")
                }
            }
        }
        return notes
    }

    /// What is known of its addresses, if they are looked up.
    private static func note(on target: TargetStatus) -> String? {
        guard let host = target.host, let resolution = target.resolution else { return nil }
        let addresses = resolution.addresses.isEmpty ? "no address" : resolution.addresses.joined(separator: ", ")
        var text = "\(host) has \(addresses)"
        if let source = resolution.source { text += ", says \(source)" }
        if let timeToLive = resolution.timeToLive { text += ", TTL \(timeToLive)" }
        if let left = resolution.secondsLeft { text += ", looked up again in \(Int(left.rounded(.up))) s" }
        if let error = resolution.error { text += "; the last lookup failed: \(error)" }
        if let kept = resolution.keptUntil { text += "; the addresses are kept until \(kept)" }
        return text
    }

    private static func note(on answers: ServedAnswers) -> String? {
        let members = answers.members.joined(separator: ", ")
        switch answers.mode {
        case .normal: return nil
        case .failOpen: return "too few targets are in service, so all are answered"
        case .lastKnown: return "too few targets are in service; answered with those that last were: \(members)"
        case .backup:
            return "too few targets are in service; answered with \(answers.substitute.map { "pool \($0)" } ?? members)"
        case .closed: return "too few targets are in service; answered with no address"
        case .servfail: return "too few targets are in service; answered with SERVFAIL"
        }
    }
}
