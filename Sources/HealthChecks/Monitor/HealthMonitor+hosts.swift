// Host names: one task for each looks it up again and again. What has changed becomes another board, which takes over
// when what is new on it has been probed, as at a reload: so an address that has just appeared is not answered with
// before it is known to work, unless there is nobody else.

internal import Checks
internal import DNSCore
internal import Logging
internal import NIOCore
internal import Resolving
internal import Synchronization

extension HealthMonitor {
    /// Looks up a name. Ends by itself within a bounded time.
    typealias LookUp = @Sendable (DomainName, any EventLoop) async -> HostLookup

    /// The most lookups at a time; others wait their turn.
    static let mostLookups = 64

    static func lookUp(_ rules: HostRules) -> LookUp {
        let resolver = StubResolver(rules.resolvers)
        return { name, loop in await resolver.lookUp(name, on: loop) }
    }

    // MARK: Tasks

    /// Starts a task for each host name that has none yet; those that are known from the configuration need none.
    func followHosts(named pools: [MonitoredPool]) {
        let known = hostRules.withLock { $0.known }
        let names = Set(pools.flatMap(\.hostNames))
        watches.withLock { watches in
            watches.names.formUnion(names)
            guard watches.phase == .running else { return }
            for name in watches.names where watches.lookups[name] == nil && known[name] == nil {
                let executor = executors[watches.lookups.count % executors.count]
                watches.lookups[name] = Task(executorPreference: executor) {
                    await self.follow(name, on: executor.loop)
                }
            }
        }
    }

    /// Looks one name up whenever it is time to.
    private func follow(_ name: DomainName, on loop: any EventLoop) async {
        while !Task.isCancelled {
            guard await lookupSlots.acquire() else { return }
            let lookup = await self.lookUp.withLock { $0 }(name, loop)
            lookupSlots.release()
            // A lookup that was cancelled says nothing of the name.
            guard !Task.isCancelled else { return }
            take(lookup, of: name)
            await adoptHosts()
            let next = boards.withLock { $0.hosts[name]?.next } ?? .now + HostState.lastRetry
            guard (try? await ContinuousClock().sleep(until: next, tolerance: nil)) != nil else { return }
        }
    }

    /// Ends the lookups of names that `pools` do not have, and forgets them.
    func endLookupsOutside(_ pools: [MonitoredPool]) {
        let names = Set(pools.flatMap(\.hostNames))
        let known = hostRules.withLock { $0.known }
        watches.withLock { watches in
            watches.names.formIntersection(names)
            for (name, task) in watches.lookups where !names.contains(name) || known[name] != nil {
                task.cancel()
                watches.lookups[name] = nil
            }
        }
        boards.withLock { boards in boards.hosts = boards.hosts.filter { names.contains($0.key) } }
    }

    /// Looks up what `pools` need and is not known yet, but waits no longer than `limit`. What is known of others stays.
    func lookUpHosts(of pools: [MonitoredPool], _ rules: HostRules, within limit: Duration) async {
        let old = hostRules.withLock { old in
            defer { old = rules }
            return old
        }
        if old.resolvers != rules.resolvers { lookUp.withLock { $0 = Self.lookUp(rules) } }
        followHosts(named: pools)
        let names = Set(pools.flatMap(\.hostNames))
        for (name, lookup) in rules.known where names.contains(name) { take(known: lookup, of: name) }
        guard !names.isEmpty else { return }
        // The rest of the time is for probes.
        _ = await wait(limit / 2) { boards in names.allSatisfy { boards.hosts[$0] != nil } }
    }

    // MARK: Results

    /// Notes what a lookup has found.
    private func take(_ lookup: HostLookup, of name: DomainName) {
        let keep = hostRules.withLock { $0.keep }
        record(name) { host, now in
            var generator = SystemRandomNumberGenerator()
            return host.record(lookup, keep: keep, at: now, using: &generator)
        }
    }

    private func take(known lookup: HostLookup, of name: DomainName) {
        record(name) { host, now in host.record(known: lookup, at: now) }
    }

    private func record(_ name: DomainName, _ body: (inout HostState, Instant) -> HostState.Change) {
        var made: [HealthEvent] = []
        update { boards, now in
            var host = boards.hosts[name] ?? HostState()
            let change = body(&host, now)
            boards.hosts[name] = host
            made = boards.current.events(of: change, name, host, served: boards.served, WallClock(now: now))
            guard host.addresses.isEmpty else { return nil }
            let verdict = Verdict.unresolved(name, host.problem)
            let unit = ProbeUnit(check: .resolve, subject: .host(name))
            _ = boards.next?.record(verdict, of: unit, at: now)
            return boards.current.record(verdict, of: unit, at: now)
        }
        keep(made)
    }

    /// Keeps and logs what has happened.
    func keep(_ made: [HealthEvent]) {
        for event in events.append(made) { log.write(event) }
    }

    // MARK: Changes

    /// Changes over to the addresses that hosts have now, if they are others than those on the board.
    private func adoptHosts() async {
        guard await changes.acquire() else { return }
        defer { changes.release() }
        let (plan, pools) = boards.withLock { ($0.current.plan, $0.configured.resolved(by: $0.hosts)) }
        guard plan.pools != pools else { return }
        let next = MonitorPlan(pools, prober: plan.prober)
        guard next.members.map(\.subject) != plan.members.map(\.subject) else { return adoptTimesToLive(pools) }
        prepare(next)
        let new = next.units.filter { plan.numbers[$0] == nil && $0.isProbed }
        _ = await wait(isFirstRound ? .zero : Self.firstRoundLimit) { boards in
            new.allSatisfy { boards.next?[$0]?.last != nil }
        }
        var made: [HealthEvent] = []
        order.withLock { _ in
            let (served, retired) = boards.withLock { boards in
                let (before, old) = (boards.served, boards.current.plan.pools)
                let retired = boards.takeOver(at: .now)
                made = boards.current.events(
                    ofMovesFrom: old, boards.hosts, before: before, after: boards.served, WallClock())
                return (boards.served, retired)
            }
            publish(served)
            boards.withLock { $0.drainClock.retire(retired, at: .now) }
            setAlarm()
        }
        keep(made)
        endWatchesOutside(next)
    }

    /// Whether the first answer may still be to come: then nobody is in service who could serve in the meantime.
    private var isFirstRound: Bool { Instant.now < started.withLock { $0 } + Self.firstRoundLimit }

    /// The same addresses, to be kept for another time.
    private func adoptTimesToLive(_ pools: [MonitoredPool]) {
        order.withLock { _ in
            let served = boards.withLock { boards in
                _ = boards.retireAll(at: .now)
                boards.current.plan.update(pools)
                boards.served = boards.current.served
                return boards.served
            }
            publish(served)
        }
    }
}

extension [MonitoredPool] {
    /// With the addresses that are known of their hosts.
    func resolved(by hosts: [DomainName: HostState]) -> [MonitoredPool] {
        hosts.isEmpty ? self : map { $0.resolved(by: hosts) }
    }
}

extension HealthBoard {
    /// Notes of all names without addresses why that is so.
    mutating func recordUnresolved(_ hosts: [DomainName: HostState], at now: Instant) {
        for (name, host) in hosts where host.addresses.isEmpty && host.problem != nil {
            let unit = ProbeUnit(check: .resolve, subject: .host(name))
            if self[unit]?.last == nil { _ = record(.unresolved(name, host.problem), of: unit, at: now) }
        }
    }
}
