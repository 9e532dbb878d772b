// From what is known of a target to its line on the page, with the buttons that make sense for it.

import DNSCore
import Foundation
import HealthChecks

extension TargetModel {
    init(
        _ status: TargetStatus, _ trails: [[LatencyTrail]], of pool: PoolReport, _ history: StateHistory,
        canOperate: Bool, now: Date
    ) {
        let level = Self.level(status)
        self.pool = pool.name
        target = status.name
        name = status.name
        addresses = status.pool.map { ["pool \($0)"] } ?? status.addresses.map(\.address)
        self.level = level.rawValue
        mark = level == .out ? "drained" : status.state.rawValue
        word = status.override.map { "\($0)" } ?? status.state.rawValue
        since = MomentText(iso: status.since, now: now)
        let isWeighed = pool.policy == "weighted" || pool.policy == "sticky"
        weight = isWeighed ? "weight \(status.orders?.weight?.weight ?? status.weight)" : nil
        order = status.orders.flatMap(Self.text).map { Order(text: $0) }
        clock = status.drainClock.flatMap { Self.clock($0, isOut: level == .out, now: now) }
        checks = zip(status.addresses, trails).flatMap { address, trails in
            zip(address.checks, trails).map { CheckModel($0, $1, of: address, isOne: status.addresses.count == 1) }
        }
        self.history = history.strip(pool: pool.name, target: status.name, level: level, now: now)
        actions = canOperate ? Actions(list: Self.actions(status, pool, isWeighed: isWeighed)) : nil
    }

    static func level(_ status: TargetStatus) -> Level {
        switch status.override {
        case .drained, .forcedDown, .maintenance: .out
        case .forcedUp: .warn
        case nil: Level(status.state)
        }
    }

    /// When who was taken out can be stopped.
    private static func clock(_ status: DrainClockStatus, isOut: Bool, now: Date) -> DrainClock? {
        guard isOut, !status.isAnswered else { return nil }
        let safe = MomentText(status.safeAt.flatMap { Date(iso: "\($0)") } ?? now, now: now)
        return DrainClock(safe: safe, text: status.isSafe ? "safe to stop" : "safe to stop at \(safe.text)")
    }

    /// Why operators have it otherwise than probes say.
    private static func text(_ orders: TargetOrders) -> String? {
        var texts = [orders.state?.note.text, orders.weight?.note.text].compactMap { $0 }
        for window in orders.maintenance {
            let span = window.hasBegun ? "maintenance until \(window.until)" : "maintenance from \(window.from)"
            texts.append([span, window.note.text].compactMap { $0 }.joined(separator: ": "))
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private static func actions(_ status: TargetStatus, _ pool: PoolReport, isWeighed: Bool) -> [Action] {
        let (name, pool) = (status.name, pool.name)
        var actions: [Action] = []
        if status.orders?.state?.override == .drained {
            actions.append(
                Action(
                    verb: "undrain", label: "Undrain", title: "Undrain \(name)",
                    text: "\(name) will be in new answers of \(pool) again, as its checks say."))
        } else if status.orders?.state != nil {
            actions.append(
                Action(
                    verb: "clear", label: "Clear", title: "Clear what is ordered for \(name)",
                    text: "\(name) will be in the answers of \(pool) as its checks say."))
        } else {
            actions.append(
                Action(
                    verb: "drain", label: "Drain", title: "Drain \(name)",
                    text: "New answers of \(pool) will not have \(name). Clients that have an old one may use it until "
                        + "that has run out; the page says when that is."))
        }
        if isWeighed {
            let weight = status.orders?.weight?.weight ?? status.weight
            actions.append(
                Action(
                    verb: "weight", label: "Weight", title: "Change the weight of \(name)",
                    text: "How often \(pool) answers with \(name), relative to the others. The file says \(status.weight).",
                    newWeight: "\(weight)"))
        }
        if status.addresses.contains(where: { $0.hold == "awaits_restore" || $0.hold == "failback_delay" }) {
            actions.append(
                Action(
                    verb: "restore", label: "Restore", title: "Restore \(name)",
                    text: "\(name) is well again and waits to serve; \(pool) will answer with it from now on."))
        }
        return actions
    }
}
