// The service that keeps probing: one task for each (check, address), which sleeps, probes, and hands its verdict to
// the board. What changes there is published at once, by the same task.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import Checks
public import DNSCore
public import Logging
public import NIOCore
public import ServiceLifecycle
internal import Synchronization

/// Watches pools from `run()` until it is cancelled or shut down.
public final class HealthMonitor: Service {
    /// The fewest probes that may be in flight at a time; others wait their turn.
    public static let leastProbes = 64
    public static let mostProbes = 1024
    /// How long `firstRoundDone` waits if nobody says otherwise.
    public static let firstRoundLimit = Duration.seconds(5)

    private let plan: MonitorPlan
    private let board: Mutex<HealthBoard>
    /// Held from a change of the board until it is published, so that publications keep the order of the changes.
    private let order = Mutex<Void>(())
    private let slots: ProbeSlots
    private let prober: Prober
    private let logger: Logger
    /// When a probe that could not run was last written to the log.
    private let lastComplaint = Mutex<ContinuousClock.Instant?>(nil)
    private let publish: @Sendable ([[[MemberCondition]]]) -> Void

    /// `publish` takes the health of all members by pool, target and address. It is called whenever something in it has
    /// changed, one call at a time, in the order of the changes, by the task that made the verdict; it must be quick.
    /// It may call `status()` and `health()`.
    ///
    /// `maximumProbes` is 1 or more.
    public init(
        pools: [MonitoredPool], group: any EventLoopGroup, logger: Logger,
        maximumProbes: Int = HealthMonitor.leastProbes,
        publish: @escaping @Sendable ([[[MemberCondition]]]) -> Void
    ) {
        plan = MonitorPlan(pools)
        slots = ProbeSlots(maximumProbes)
        board = Mutex(HealthBoard(plan, at: Date()))
        prober = Prober(group: group)
        self.logger = logger
        self.publish = publish
    }

    /// How many probes of `pools` to have in flight at a time: all of them, so that targets that hang in timeouts do not
    /// hold up the others, within limits.
    /// - Parameter descriptorLimit: the most files that this process may have open; probes take no more than a quarter.
    public static func maximumProbes(of pools: [MonitoredPool], descriptorLimit: Int) -> Int {
        let wanted = min(max(MonitorPlan(pools).units.count, leastProbes), mostProbes)
        return max(1, min(wanted, descriptorLimit / 4))
    }

    /// Probes until it is cancelled or gracefully shut down. The first round starts at once.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { tasks in
                for unit in plan.units.indices {
                    tasks.addTask { await self.watch(unit) }
                }
            }
            // Nothing to watch (left) is no reason to end the program.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        }
    }

    /// The health of all members, by pool, target and address.
    public func health() -> [[[MemberCondition]]] {
        board.withLock { $0.table }
    }

    /// Everything that is known, for people.
    public func status() -> [PoolStatus] {
        board.withLock { $0 }.status
    }

    /// Waits until every check of every address has its first verdict, but not longer than `limit`. False: some have
    /// none yet. `run()` must be running.
    @discardableResult
    public func firstRoundDone(within limit: Duration = HealthMonitor.firstRoundLimit) async -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while board.withLock({ $0.pendingUnits > 0 }) {
            guard clock.now < end, (try? await clock.sleep(for: .milliseconds(5))) != nil else { return false }
        }
        return true
    }
}

extension HealthMonitor {
    /// Runs one check of one address on its schedule. One probe at a time.
    private func watch(_ unit: Int) async {
        let clock = ContinuousClock()
        let schedule = plan.units[unit].check.schedule
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            guard await slots.acquire() else { return }
            let start = clock.now
            let result = await probe(plan.units[unit])
            slots.release()
            // A cancelled probe says nothing about the target.
            guard !Task.isCancelled else { return }
            let state: CheckState
            switch result {
            case .success(let verdict):
                state = record(verdict, of: unit)
            case .failure(let problem):
                complain(problem)
                state = board.withLock { $0.units[unit].state }
            }
            let next = start + state.nextDelay(schedule, using: &generator)
            guard (try? await clock.sleep(until: next, tolerance: nil)) != nil else { return }
        }
    }

    private func probe(_ unit: ProbeUnit) async -> Result<Verdict, ProbeNotRun> {
        do throws(ProbeNotRun) {
            switch unit.subject {
            case .address(let address): return .success(try await prober.probe(unit.check, address: address))
            case .host(let name): return .success(try await prober.probe(unit.check, host: name))
            }
        } catch {
            return .failure(error)
        }
    }

    /// Says that probes cannot run, at most once a minute: it concerns many at a time.
    private func complain(_ problem: ProbeNotRun) {
        let now = ContinuousClock.now
        let isDue = lastComplaint.withLock { last in
            if let last, now - last < .seconds(60) { return false }
            last = now
            return true
        }
        if isDue { logger.warning("probes cannot run, so targets keep their states: \(problem)") }
    }

    private func record(_ verdict: Verdict, of unit: Int) -> CheckState {
        let (transitions, state) = order.withLock { _ in
            let (change, table, state) = board.withLock { board in
                let change = board.record(verdict, of: unit, at: Date())
                return (change, change.isNew ? board.table : [], board.units[unit].state)
            }
            if change.isNew { publish(table) }
            return (change.transitions, state)
        }
        for transition in transitions { log(transition, verdict, unit) }
        return state
    }

    private func log(_ transition: HealthBoard.Transition, _ verdict: Verdict, _ unit: Int) {
        let member = plan.members[transition.member]
        let pool = plan.pools[member.pool].definition
        let check = plan.units[unit].check
        var text = "\(pool.name) \(pool.targets[member.target].name) \(member.subject.text): "
        text += "\(transition.old) -> \(transition.new) (\(check.name)"
        if let layer = verdict.outcome.layer { text += ", \(layer)" }
        text += ": \(verdict.outcome.text ?? "passed"))"
        let isExpected = transition.old == .unknown && transition.new == .up
        logger.log(level: transition.new == .down ? .warning : isExpected ? .info : .notice, "\(text)")
    }
}
