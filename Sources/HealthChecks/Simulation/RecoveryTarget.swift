// Whether a pool can recover from the loss of any one of its targets within a stated time, and what to change if not.

internal import DNSCore
internal import Checks

/// What stands in the way of a recovery target.
public struct RecoveryShortfall: Hashable, Sendable {
    public var name: PoolName
    /// The target whose loss is the worst case.
    public var target: String
    /// How it fails then.
    public var manner: Fault.Manner
    public var recovery: Recovery
    /// The largest TTL that would do, in seconds; nil: none would alone.
    public var timeToLive: UInt32?
    /// The longest interval of the check that decides that would do; nil: none would alone.
    public var interval: Duration?
}

/// Pools and the names that lead to them.
public struct RecoveryCheck: Sendable {
    private let pools: [MonitoredPool]
    private let numbers: [String: Int]
    /// By number of a pool: the names whose answers may be made of it, with the pools that these may be made of.
    private var namesByPool: [Int: [(name: PoolName, reach: [Int])]] = [:]

    /// The failures that are looked at: of those that each kind of check can see, the ones that take it longest.
    static let manners: [Fault.Manner] = [.silent, .hung]
    private static let timesToLive: [UInt32] = [120, 90, 60, 45, 30, 25, 20, 15, 12, 10, 8, 5]
    private static let intervals: [Duration] = [60, 30, 20, 15, 10, 8, 5, 4, 3, 2, 1].map { .seconds($0) }

    public init(_ pools: [MonitoredPool], names: [PoolName]) {
        self.pools = pools
        numbers = Dictionary(
            pools.enumerated().map { ($1.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
        for name in names {
            let reach = reach(name.pool)
            for pool in reach { namesByPool[pool, default: []].append((name, reach)) }
        }
    }

    /// The worst case in which clients are sent to a target of a pool for longer than `limit` after it has failed; nil if
    /// there is none.
    public func shortfall(pool: Int, limit: Duration) -> RecoveryShortfall? {
        let found = (namesByPool[pool] ?? []).compactMap { shortfall($0.name, $0.reach, of: pool, limit) }
        return found.max { $0.recovery.time < $1.recovery.time }
    }

    private func shortfall(_ name: PoolName, _ reach: [Int], of pool: Int, _ limit: Duration) -> RecoveryShortfall? {
        let own = self.reach(pool).map { pools[$0].definition.name }
        let scene = Scene(
            name: name, pools: reach.map { pools[$0] }, failing: Set(own), root: pools[name.pool].definition)
        guard let worst = scene.worst, worst.recovery.time > limit else { return nil }
        var shortfall = RecoveryShortfall(
            name: name, target: worst.target, manner: worst.manner, recovery: worst.recovery)
        guard case .bound(let bound) = worst.recovery else { return shortfall }
        shortfall.timeToLive = Self.timesToLive.first { seconds in
            var other = scene
            other.name.timeToLive = seconds
            return seconds < name.timeToLive && other.isWithin(limit)
        }
        shortfall.interval = Self.intervals.first { interval in
            var other = scene
            other.setInterval(of: bound.check, to: interval)
            return interval < bound.interval && other.isWithin(limit)
        }
        return shortfall
    }

    /// A pool and all that are nested in it, in the order of the configuration.
    private func reach(_ pool: Int) -> [Int] {
        var reached: Set<Int> = [pool]
        var next = [pool]
        // Ends: each pool is looked at once.
        while let number = next.popLast() {
            for case .pool(let nested) in pools[number].definition.targets.map(\.endpoint) {
                guard let child = numbers[nested.name] else { continue }
                if reached.insert(child).inserted { next.append(child) }
            }
        }
        return reached.sorted()
    }
}

extension Recovery {
    /// How long it takes; very long if it never happens.
    fileprivate var time: Duration {
        switch self {
        case .bound(let bound): bound.total
        case .staysInAnswers, .notSeen: .seconds(1_000_000_000)
        // Something is answered with on purpose: the operator knows.
        case .held: .zero
        }
    }
}

/// One name, and the pools that its answers may be made of.
private struct Scene {
    var name: PoolName
    var pools: [MonitoredPool]
    /// The pools whose targets fail, one at a time.
    let failing: Set<String>
    let root: PoolDefinition

    typealias Case = (target: String, manner: Fault.Manner, recovery: Recovery)

    /// The worst of all single failures; nil if there is nobody to fail.
    var worst: Case? {
        let plan = MonitorPlan(onPaper: pools, prober: ProberRules(freeze: nil))
        var own = name
        own.pool = pools.firstIndex { $0.definition.name == root.name } ?? 0
        var cases: [Case] = []
        for (number, pool) in pools.enumerated() where failing.contains(pool.definition.name) {
            let members = Dictionary(grouping: plan.members[plan.ranges[number]], by: \.target)
            for (_, members) in members.sorted(by: { $0.key < $1.key }) {
                for manner in RecoveryCheck.manners {
                    let fault = FaultPlan(plan, [own], hosts: Set(members.map(\.subject)), Fault(manner))
                    let recovery = fault.recovery(of: own)
                    // What no check looks at is no worse for being looked for; that nothing looks at all is.
                    if recovery == .notSeen, manner != .silent { continue }
                    cases.append((plan.name(of: members[0]), manner, recovery))
                }
            }
        }
        return cases.enumerated().max {
            ($0.element.recovery.time, -$0.offset) < ($1.element.recovery.time, -$1.offset)
        }?.element
    }

    func isWithin(_ limit: Duration) -> Bool { worst.map { $0.recovery.time <= limit } ?? true }

    mutating func setInterval(of check: String, to interval: Duration) {
        func changed(_ checks: [CheckDefinition]) -> [CheckDefinition] {
            checks.map { definition in
                var definition = definition
                guard definition.name == check else { return definition }
                definition.schedule.interval = interval
                definition.schedule.recheckInterval = min(definition.schedule.recheckInterval, interval)
                return definition
            }
        }
        for index in pools.indices {
            pools[index].checks = changed(pools[index].checks)
            pools[index].targetProbing = pools[index].targetProbing.mapValues { probing in
                var probing = probing
                probing.checks = probing.checks.map(changed)
                return probing
            }
        }
    }
}
