// Pools, their targets, what checks say of these, and what operators have ordered.

import DNSCore
import HealthChecks

extension MetricsText {
    mutating func pools(_ pools: [PoolReport]) {
        family(
            "triagedns_pool_targets", .gauge, "Targets of the pool.",
            pools.map { Sample([("pool", $0.name)], $0.targets.count) })
        family(
            "triagedns_pool_targets_in_service", .gauge, "Targets that answers contain.",
            pools.map { pool in Sample([("pool", pool.name)], pool.targets.count { $0.inService == true }) })
        family(
            "triagedns_pool_fail_open", .gauge, "Whether nobody is in service and so all are answered.",
            pools.map { Sample([("pool", $0.name)], $0.failOpen) })
        family(
            "triagedns_pool_mode", .gauge, "1 for what the pool's answers are made of.",
            pools.flatMap { pool in
                PoolService.Mode.allCases.map {
                    Sample([("pool", pool.name), ("mode", $0.rawValue)], pool.answers.mode == $0)
                }
            })
        family(
            "triagedns_pool_common_mode", .gauge, "Whether all targets fail at one deep layer.",
            pools.map { Sample([("pool", $0.name)], $0.commonMode != nil) })
        family(
            "triagedns_pool_common_mode_hold", .gauge, "Whether targets are kept in service because of that.",
            pools.map { Sample([("pool", $0.name)], $0.commonMode.map { !$0.isOver } ?? false) })
        targets(pools)
    }

    private mutating func targets(_ pools: [PoolReport]) {
        let addresses = Self.addresses(of: pools)
        family(
            "triagedns_target_in_service", .gauge, "Whether answers contain the address.",
            addresses.map { Sample($0, $1.inService == true) })
        family(
            "triagedns_target_state", .gauge, "1 for the state that the address is in.",
            addresses.flatMap { labels, address in
                HealthState.allCases.map { Sample(labels + [("state", $0.rawValue)], address.state == $0) }
            })
        family(
            "triagedns_target_held", .gauge, "Whether the address is kept down although its checks pass.",
            addresses.map { Sample($0, $1.hold != nil) })
        family(
            "triagedns_target_stale", .gauge, "Whether there was no verdict on the address for a long time.",
            addresses.map { Sample($0, $1.isStale) })
    }

    /// What the last probes of each address said.
    mutating func checks(_ pools: [PoolReport]) {
        let checks = Self.addresses(of: pools).flatMap { labels, address in
            address.checks.map { (labels + [("check", $0.name)], $0) }
        }
        family(
            "triagedns_check_success", .gauge, "Whether the last probe passed, if not without reservations.",
            checks.compactMap { labels, check in check.outcome.map { Sample(labels, $0 != "failed") } })
        family(
            "triagedns_check_duration_seconds", .gauge, "How long the last probe took.",
            checks.compactMap { labels, check in check.latencyMilliseconds.map { Sample(labels, $0 / 1000) } })
        family(
            "triagedns_check_certificate_expiry_timestamp_seconds", .gauge,
            "When the certificate expires that the target has shown.",
            checks.compactMap { labels, check in
                check.certificateExpires.map { Sample(labels, Double($0.milliseconds) / 1000) }
            })
    }

    private static func addresses(of pools: [PoolReport]) -> [(Labels, AddressStatus)] {
        pools.flatMap { pool in
            pool.targets.flatMap { target in
                target.addresses.map {
                    ([("pool", pool.name), ("target", target.name), ("address", $0.address)], $0)
                }
            }
        }
    }

    /// What is in force of what operators have ordered, and since when.
    mutating func orders(_ orders: [TargetOrders], at now: Timestamp) {
        let standing = orders.flatMap { $0.standing(since: now) }
        let kinds = Override.allCases.map(\.rawValue) + ["weight"]
        family(
            "triagedns_orders", .gauge, "Orders of operators that are in force, by kind.",
            kinds.map { kind in Sample([("order", kind)], standing.count { $0.kind == kind }) })
        family(
            "triagedns_order_timestamp_seconds", .gauge, "Since when an order is in force.",
            standing.map {
                Sample(
                    [("pool", $0.key.pool), ("target", $0.key.target), ("order", $0.kind)],
                    Double($0.since.milliseconds) / 1000)
            })
    }
}

extension TargetOrders {
    /// The orders that are in force at `now`, each kind once.
    fileprivate func standing(since now: Timestamp) -> [(key: TargetKey, kind: String, since: Timestamp)] {
        var orders: [(TargetKey, String, Timestamp)] = []
        if let state { orders.append((key, state.override.rawValue, state.note.at)) }
        if let weight { orders.append((key, "weight", weight.note.at)) }
        if let begin = openWindows(at: now).map(\.from).min() {
            orders.append((key, Override.maintenance.rawValue, begin))
        }
        return orders
    }
}
