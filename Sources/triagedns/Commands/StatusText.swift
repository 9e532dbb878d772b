// The pools of a running server as a table, and below it what is unusual about them.

import Admin
import Checks
import DNSCore
import HealthChecks
import Terminal

/// What `triagedns status` prints.
struct StatusText {
    private let pools: [Pool]
    /// What concerns the node.
    private let remarks: [String]
    private let now: Timestamp

    /// A pool, or a part of it.
    struct Pool {
        var name: String
        var answers: ServedAnswers?
        var commonMode: CommonModeStatus?
        var targets: [TargetStatus]

        init(_ report: PoolReport) {
            (name, answers, commonMode, targets) = (report.name, report.answers, report.commonMode, report.targets)
        }

        init(_ report: TargetReport) {
            (name, answers, targets) = (report.pool, report.answers, report.target.map { [$0] } ?? [])
        }
    }

    init(_ report: PoolsReport, at now: Timestamp) {
        let problem = report.state?.problem.map { "nothing survives a restart: \($0)" }
        self.init(
            report.pools.map { Pool($0) }, remarks: [report.prober.text, problem].compactMap { $0 }, at: now)
    }

    init(_ pools: [Pool], remarks: [String] = [], at now: Timestamp) {
        self.pools = pools
        self.remarks = remarks
        self.now = now
    }

    func text(_ palette: Palette) -> String {
        let notes = remarks + notes
        let lines = notes.isEmpty ? [] : [Line()] + notes.map { Line(Piece($0)) }
        return (table.lines + lines).text(palette)
    }

    /// One line for each check of each address.
    private var table: Table {
        var table = Table("POOL", "TARGET", "ADDRESS", "STATE", "SINCE", "SERVED", "CHECK", "VERDICT", "NEXT")
        for pool in pools {
            for target in pool.targets {
                for address in target.addresses {
                    let head: [Piece] = [
                        Piece(pool.name), Piece(target.name), Piece(address.address), state(address, target),
                        Piece(now.age(of: address.since)), served(address, pool),
                    ]
                    if address.checks.isEmpty { table.add(head + ["-", "not probed", "-"]) }
                    for check in address.checks {
                        table.add(head + [Piece(check.label), check.piece, next(check)])
                    }
                }
            }
        }
        return table
    }

    private func state(_ address: AddressStatus, _ target: TargetStatus) -> Piece {
        let held = address.hold == nil && !address.isFrozen ? "" : " (held)"
        return Piece(
            address.state.rawValue + held + (target.override.map { ", \($0)" } ?? ""), Tone(address.state))
    }

    private func served(_ address: AddressStatus, _ pool: Pool) -> Piece {
        guard address.inService == true else { return "no" }
        if pool.answers?.mode == .failOpen { return Piece("yes (fail open)", .warning) }
        return address.weightPercent.map { "yes (\($0)% of its weight)" } ?? "yes"
    }

    private func next(_ check: CheckStatus) -> Piece {
        guard let time = check.next.flatMap({ Timestamp($0) }), time > now else { return "now" }
        return "in \((time.milliseconds - now.milliseconds + 999) / 1000) s"
    }

    /// What concerns a pool as a whole, or an address whose state its last verdicts do not tell.
    private var notes: [String] {
        var notes: [String] = []
        for pool in pools {
            if let note = pool.answers.flatMap(Self.note) { notes.append("\(pool.name): \(note)") }
            if let cause = pool.commonMode { notes.append("\(pool.name): \(cause.text)") }
            for target in pool.targets {
                if let note = Self.note(on: target) { notes.append("\(pool.name) \(target.name): \(note)") }
                let orders = target.orders?.sentences ?? []
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
