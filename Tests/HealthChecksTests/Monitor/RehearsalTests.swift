// A failover that nobody sees.

import Checks
import DNSCore
import Synchronization
import Testing

@testable import HealthChecks

@Suite struct RehearsalTests {
    /// What a monitor of one pool with these checks publishes.
    private func published(_ checks: [CheckDefinition]) -> [[ServedPool]] {
        let target = TargetDefinition(name: "a", endpoint: .addresses([loopback]))
        let pool = MonitoredPool(
            definition: PoolDefinition(name: "pool", policy: .failover, targets: [target]), checks: checks)
        let monitor = HealthMonitor(pools: [pool], group: testGroup, logger: quiet) { _ in
            Issue.record("published what is answered with")
        }
        let all = Mutex<[[ServedPool]]>([])
        monitor.rehearseFailover { pools in all.withLock { $0.append(pools) } }
        return all.withLock { $0 }
    }

    @Test func whoProbesNothingRehearsesNothing() { #expect(published([]).isEmpty) }

    @Test func aTargetOfEachPolicyGoesAndComesBack() {
        let published = published([CheckDefinition(name: "web", kind: .tcp, port: 443)])
        let states = published.map { $0.map { $0.conditions.map { $0[0].state } } }
        for policy in PoolPolicy.allCases.indices {
            let ofPool = states.map { $0[policy] }
            #expect(ofPool.contains([.down, .up]))
            #expect(ofPool.last == [.up, .up])
        }
    }
}
