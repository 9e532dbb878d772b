// The service that keeps probing: one task for each (check, address), which sleeps, probes, and hands its verdict to
// the board. What changes there is published at once, by the same task, on the event loop that the probe ran on.
// `HealthMonitor+probing.swift` has the tasks, `HealthMonitor+hosts.swift` those that look up host names, `HealthMonitor+publishing.swift` what follows from a verdict,
// `HealthMonitor+change.swift` what happens when other pools are to be watched.

internal import Checks
public import DNSCore
public import Logging
public import NIOCore
internal import Resolving
public import ServiceLifecycle
internal import Synchronization

/// Watches pools from `run()` until it is cancelled or shut down.
public final class HealthMonitor: Service {
    /// The fewest probes that may be in flight at a time; others wait their turn.
    public static let leastProbes = 64
    public static let mostProbes = 1024
    /// How long `firstRoundDone` waits if nobody says otherwise.
    public static let firstRoundLimit = Duration.seconds(5)

    /// What is published: all pools, with what is known of them and what they answer with.
    public typealias Publish = @Sendable (_ pools: [ServedPool]) -> Void

    /// Takes the orders for one target whenever they have changed: what is saved of it takes their place; if they are
    /// empty, nothing is saved of it any more.
    public typealias SaveOrders = @Sendable (_ orders: TargetOrders) -> Void

    /// What is known; during a change of pools, of both.
    struct Boards: Sendable {
        var current: HealthBoard
        /// Of the pools that are to be watched instead, as soon as there is enough on it.
        var next: HealthBoard?
        /// What follows from `current`, as it is published.
        var served: [ServedPool]
        /// What the operator wants, without the addresses that hosts have.
        var configured: [MonitoredPool]
        /// What is known of host names.
        var hosts: [DomainName: HostState]
        var drainClock = DrainClock()

        init(current: HealthBoard, configured: [MonitoredPool], hosts: [DomainName: HostState]) {
            self.current = current
            self.configured = configured
            self.hosts = hosts
            served = current.served
        }

        /// Puts the next board in the place of the current one.
        /// - Returns: what answers contain until what is served now is published.
        mutating func takeOver(at now: Instant) -> DrainClock.Exposure {
            let retired = retireAll(at: now)
            guard let next else { return retired }
            current = next
            self.next = nil
            served = next.served
            return retired
        }

        /// Notes that all that is answered with may be another thing from now on.
        mutating func retireAll(at now: Instant) -> DrainClock.Exposure {
            let exposure = current.plan.exposure(of: Array(current.plan.pools.indices), in: served)
            drainClock.prune(at: now)
            drainClock.retire(exposure, at: now)
            return exposure
        }
    }

    /// The tasks that probe, one for each unit of either board.
    struct Watches: Sendable {
        enum Phase { case notStarted, running, ended }
        var phase = Phase.notStarted
        var tasks: [ProbeUnit: Task<Void, Never>] = [:]
        /// The host names that are looked up, and the tasks that do so.
        var names: Set<DomainName> = []
        var lookups: [DomainName: Task<Void, Never>] = [:]
    }

    let boards: Mutex<Boards>
    /// Held from a change of the boards until it is published and written down, so that both keep the order of the changes.
    let order = Mutex(CoreCourtesy())
    let watches = Mutex(Watches())
    let slots: ProbeSlots
    let slotCount: Mutex<Int>
    let prober: Prober
    /// One for each event loop; the tasks that probe run there.
    let executors: [EventLoopExecutor]
    /// Where what is to be said goes: who reads it slowly must not hold up probes.
    let log: DeferredLog
    /// When a probe that could not run was last written to the log.
    let lastComplaint = Mutex<ContinuousClock.Instant?>(nil)
    /// What probes have found, and how late they have started.
    let tallies = ProbeTallies()
    let publish: Publish
    /// Asks name servers.
    let lookUp: Mutex<LookUp>
    let hostRules: Mutex<HostRules>
    let lookupSlots = ProbeSlots(HealthMonitor.mostLookups)
    /// Held by whoever makes another board: a reload, or a host that has moved.
    let changes = ProbeSlots(1)
    /// When it began to run.
    let started = Mutex(Instant.now)
    let saveOrders: SaveOrders
    let alarm = DeadlineAlarm()
    /// What has happened.
    public let events: EventJournal
    /// What was known of the pools, and when.
    public let history: MomentHistory

    /// `publish` is called whenever something in the health of the members has changed, one call at a time, in the order
    /// of the changes, on the event loop that the verdict was made on; it must be quick. It may call `status()` and
    /// `served()`.
    ///
    /// `maximumProbes` is 1 or more.
    ///
    /// `orders` are those that were saved: they hold before anything is published. `saveOrders` is called like `publish`,
    /// and after it; it must be quick, too: whoever writes to a disk does that elsewhere. `saved` is what an earlier run
    /// knew of health, if that is not too old: those states hold until probes say otherwise.
    public convenience init(
        pools: [MonitoredPool], prober rules: ProberRules = ProberRules(), hosts: HostRules = HostRules(),
        group: any EventLoopGroup, logger: Logger, maximumProbes: Int = HealthMonitor.leastProbes,
        saved: SavedHealth? = nil, events: EventJournal = EventJournal(), orders: [TargetOrders] = [],
        saveOrders: @escaping SaveOrders = { _ in }, publish: @escaping Publish
    ) {
        self.init(
            pools: pools, prober: rules, hosts: hosts, lookUp: Self.lookUp(hosts), group: group, logger: logger,
            maximumProbes: maximumProbes, saved: saved, events: events, orders: orders, saveOrders: saveOrders,
            publish: publish)
    }

    init(
        pools: [MonitoredPool], prober rules: ProberRules = ProberRules(), hosts: HostRules,
        lookUp: @escaping LookUp, group: any EventLoopGroup, logger: Logger,
        maximumProbes: Int = HealthMonitor.leastProbes, saved: SavedHealth? = nil,
        events: EventJournal = EventJournal(), orders: [TargetOrders] = [],
        saveOrders: @escaping SaveOrders = { _ in }, publish: @escaping Publish
    ) {
        self.lookUp = Mutex(lookUp)
        hostRules = Mutex(hosts)
        slots = ProbeSlots(maximumProbes)
        slotCount = Mutex(maximumProbes)
        let known = hosts.known.mapValues { HostState(known: $0) }
        let plan = MonitorPlan(pools.resolved(by: known), prober: rules)
        let clock = WallClock()
        let book = OrderBook(orders)
        var board: HealthBoard
        if let saved {
            board = HealthBoard(plan, restoring: saved, book, clock)
        } else {
            board = HealthBoard(plan, at: clock.now)
            board.take(book, clock)
        }
        board.recordUnresolved(known, at: clock.now)
        var boards = Boards(current: board, configured: pools, hosts: known)
        boards.drainClock.retire(plan.possibleExposure, at: clock.now)
        self.boards = Mutex(boards)
        self.events = events
        history = MomentHistory(run: clock.time)
        history.append(board.moments(clock, run: history.run))
        prober = Prober(group: group)
        executors = group.makeIterator().map { EventLoopExecutor($0) }
        log = DeferredLog(logger)
        self.publish = publish
        self.saveOrders = saveOrders
    }

    /// How many probes of `pools` to have in flight at a time: all of them, so that targets that hang in timeouts do not
    /// hold up the others, within limits.
    /// - Parameter descriptorLimit: the most files that this process may have open; probes take no more than a quarter.
    public static func maximumProbes(of pools: [MonitoredPool], descriptorLimit: Int) -> Int {
        let wanted = min(max(MonitorPlan(onPaper: pools).units.count, leastProbes), mostProbes)
        return max(1, min(wanted, descriptorLimit / 4))
    }

    /// Probes until it is cancelled or gracefully shut down. The first round starts at once.
    public func run() async throws {
        let writer = Task { [log] in await log.run() }
        await cancelWhenGracefulShutdown { [self] in
            started.withLock { $0 = .now }
            watches.withLock { $0.phase = .running }
            // What an earlier run has left may be minutes old.
            watchAll(isFirstRound: true)
            followHosts(named: boards.withLock { $0.configured })
            order.withLock { _ in setAlarm() }
            // Nothing to watch (left) is no reason to end the program.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        }
        alarm.turnOff()
        let tasks = watches.withLock { watches in
            watches.phase = .ended
            return Array(watches.tasks.values) + Array(watches.lookups.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        log.end()
        await writer.value
    }

    /// What is answered with.
    public func served() -> [ServedPool] {
        boards.withLock { $0.served }
    }

    /// Everything that is known of the pools, for people, each with what it is answered with.
    public func status() -> [(status: PoolStatus, served: ServedPool)] {
        let boards = boards.withLock { $0 }
        return Array(zip(boards.status(WallClock()), boards.served))
    }

    /// The same, with the last probes by target, address and check.
    public func statusWithTrails() -> [(status: PoolStatus, served: ServedPool, trails: [[[LatencyTrail]]])] {
        let boards = boards.withLock { $0 }
        return zip(boards.status(WallClock()), boards.served).enumerated().map { pool, state in
            (state.0, state.1, boards.current.trails(pool: pool))
        }
    }

    /// All pools as they are known now, with why.
    public func moments() -> [PoolMoment] {
        boards.withLock { $0.current }.moments(WallClock(), run: history.run)
    }

    /// What the prober knows of itself.
    public func proberStatus() -> ProberStatus {
        boards.withLock { $0.current }.proberStatus(WallClock())
    }

    /// Waits until every check of every address has its first verdict, but not longer than `limit`. False: some have
    /// none yet. `run()` must be running.
    @discardableResult
    public func firstRoundDone(within limit: Duration = HealthMonitor.firstRoundLimit) async -> Bool {
        await wait(limit) { $0.current.pendingUnits == 0 }
    }

    /// Waits until `holds` of the boards, but not longer than `limit`, nor for a monitor that has ended.
    func wait(_ limit: Duration, until holds: (Boards) -> Bool) async -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while !boards.withLock({ holds($0) }) {
            guard clock.now < end, watches.withLock({ $0.phase != .ended }),
                (try? await clock.sleep(for: .milliseconds(5))) != nil
            else { return false }
        }
        return true
    }
}
