// The names that lead to each pool, for people.

import Admin
import DNSCore
import HealthChecks
import ServerConfiguration

extension Project {
    /// By name of the pool.
    var questions: [String: [PoolView.Question]] {
        var questions: [String: [PoolView.Question]] = [:]
        for owner in servedZones.lazy.flatMap(\.poolOwners) {
            guard pools.slots.indices.contains(owner.pool), let pool = pools.slots[owner.pool]?.definition else {
                continue
            }
            let kind = owner.serviceType ?? (pool.hasHosts ? "CNAME" : "A/AAAA")
            questions[pool.name, default: []].append(
                PoolView.Question(name: owner.name.hostText, kind: kind, timeToLive: owner.timeToLive))
        }
        return questions
    }
}
