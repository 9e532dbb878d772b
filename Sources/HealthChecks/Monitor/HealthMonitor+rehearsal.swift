// A failover that nobody sees, so that what the next real one needs is in memory.

internal import Checks
internal import DNSCore
internal import Logging
internal import NIOCore
internal import Synchronization

extension HealthMonitor {
    /// Lets a target of made-up pools, one of each policy, fail and come back, and goes all the way from the verdict to
    /// what is published. Nothing is probed, logged or kept, and nothing done where this monitor probes nothing.
    ///
    /// To be done now and then: failovers are rare, and the system takes memory from what is rarely used. Reading the code
    /// from the disk again takes longer (14 to 21 ms measured) than all that it does (0.6 ms).
    public func rehearseFailover(publish: @escaping Publish) {
        guard boards.withLock({ !$0.current.plan.units.isEmpty }) else { return }
        // For documentation (RFC 5737).
        let addresses = ["192.0.2.1", "192.0.2.2"].compactMap { IPAddress($0) }
        let targets = addresses.map { TargetDefinition(name: "\($0)", endpoint: .addresses([$0])) }
        let pools = PoolPolicy.allCases.map { policy in
            // A check of its own: each pool changes by itself, as most do.
            let check = CheckDefinition(
                name: policy.rawValue, kind: .tcp, port: 443, schedule: Schedule(fall: 1, rise: 1))
            return MonitoredPool(
                definition: PoolDefinition(name: policy.rawValue, policy: policy, targets: targets), checks: [check])
        }
        let monitor = HealthMonitor(
            pools: pools, group: executors[0].loop,
            logger: Logger(label: "rehearsal") { _ in SwiftLogNoOpLogHandler() }, publish: publish)
        let passed = Verdict(outcome: .passed, layers: [], latency: .milliseconds(1))
        let failed = Verdict(outcome: .failed(.tcp, "connection refused"), layers: [], latency: .milliseconds(1))
        let units = monitor.boards.withLock { $0.current.plan.units }
        for unit in units { monitor.record(passed, of: unit) }
        for unit in units where unit.subject == .address(addresses[0]) {
            monitor.record(failed, of: unit)
            monitor.record(passed, of: unit)
        }
        monitor.alarm.turnOff()
    }
}
