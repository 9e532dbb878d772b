// Pools, their targets, the hosts and the checks: what is known of them.

import DNSCore
import HealthChecks
import Hummingbird

extension AdminServer {
    func addPools(to routes: inout RouteList) {
        routes.get("/v1/pools") { [source] request, _ in
            let report = PoolsReport(pools: source.pools(), prober: source.prober(), state: source.state())
            return try .json(report, to: request)
        }
        routes.get("/v1/pools/{pool}") { [source] request, context in
            let name = try context.word("pool")
            guard let pool = source.pools().first(where: { $0.name == name }) else { throw OperatorError.noPool(name) }
            return try .json(pool, to: request)
        }
        routes.get("/v1/pools/{pool}/targets/{target}") { [source] _, context in
            let key = TargetKey(pool: try context.word("pool"), target: try context.word("target"))
            let report = TargetReport(key, pools: source.pools())
            guard report.answers != nil else { throw OperatorError.noPool(key.pool) }
            guard report.target != nil else { throw OperatorError.noTarget(key.target, pool: key.pool) }
            return try .json(report)
        }
        routes.get("/v1/hosts") { [source] _, _ in try .json(HostsReport(source.pools())) }
        routes.get("/v1/checks") { [source] request, _ in
            try .json(ChecksReport(source.checks(), pools: source.pools()), to: request)
        }
    }
}
