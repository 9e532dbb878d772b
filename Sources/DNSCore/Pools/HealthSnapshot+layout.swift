// Puts what was laid out for each pool alone into one snapshot: all positions move to behind what is there.
// A snapshot that differs in few pools from the one before is a copy of that, whose parts for these pools lie at the end.

extension HealthSnapshot.Builder {
    /// What is in a snapshot, to replace some of it.
    init(_ former: borrowing HealthSnapshot) {
        self.init()
        pools = former.pools
        choices = former.choices
        affinities = former.affinities
        services = former.services
        addresses4 = former.addresses4
        addresses6 = former.addresses6
        hosts = former.hosts.array
        notes = former.notes.array
        starts = former.preferences.starts
        values = former.preferences.values
        wholeSize = former.wholeSize
    }

    /// What it takes, in octets.
    var size: Int {
        func octets<Element>(_ array: [Element]) -> Int { array.count * MemoryLayout<Element>.stride }
        return octets(pools) + octets(choices) + octets(affinities) + octets(services) + octets(addresses4)
            + octets(addresses6) + octets(hosts) + octets(notes)
    }

    /// Sees to memory for what `added` have, their selections aside.
    mutating func reserve(for added: some Sequence<ServedPool>) {
        var count = (choices: 0, services: 0, v4: 0, v6: 0, hosts: 0, notes: 0)
        for pool in added {
            count.choices += pool.parts.choices.count
            count.services += pool.parts.services.count
            count.v4 += pool.parts.addresses4.count
            count.v6 += pool.parts.addresses6.count
            count.hosts += pool.parts.hosts.count
            count.notes += pool.parts.notes.count
        }
        choices.reserveCapacity(choices.count + count.choices)
        affinities.reserveCapacity(affinities.count + count.choices)
        services.reserveCapacity(services.count + count.services)
        addresses4.reserveCapacity(addresses4.count + count.v4)
        addresses6.reserveCapacity(addresses6.count + count.v6)
        hosts.reserveCapacity(hosts.count + count.hosts)
        notes.reserveCapacity(notes.count + count.notes)
    }

    /// Adds a pool. The selections for clients who prefer some targets come after the first ones of all pools.
    mutating func append(_ other: borrowing HealthSnapshot.Builder) { pools.append(take(other)) }

    /// Lays a pool out anew whose networks are what they were. What it had stays where it is, of no use.
    mutating func replace(_ number: Int, by other: borrowing HealthSnapshot.Builder) {
        let former = pools[number]
        var selection = take(other)
        selection.firstRun = former.firstRun
        selection.runCount = former.runCount
        selection.firstPreferred = former.firstPreferred
        pools[number] = selection
        for index in 1..<max(1, other.pools.count) {
            pools[Int(former.firstPreferred) + index - 1] = preferred(index, of: other, number: number)
        }
    }

    /// Takes over all that one pool has but its selections.
    /// - Returns: the first of these, for its new place.
    private mutating func take(_ other: borrowing HealthSnapshot.Builder) -> HealthSnapshot.Selection {
        var selection = other.pools[0]
        Self.shift(
            &selection, UInt32(choices.count), UInt32(addresses4.count), UInt32(addresses6.count), UInt32(hosts.count),
            UInt32(services.count))
        selection.noteStart += UInt32(notes.count)
        if !other.notes.isEmpty { notes += other.notes }
        let firstChoice = choices.count
        let firstService = services.count
        choices += other.choices
        affinities += other.affinities
        if !other.services.isEmpty { services += other.services }
        for selection in other.pools {
            move(selection.v4, in: other, to: firstChoice, by: addresses4.count)
            move(selection.v6, in: other, to: firstChoice, by: addresses6.count)
            move(selection.host, in: other, to: firstChoice, by: hosts.count)
        }
        for index in firstService..<services.count {
            services[index].v4.start += UInt32(addresses4.count)
            services[index].v6.start += UInt32(addresses6.count)
            services[index].host.start += UInt32(hosts.count)
        }
        if !other.addresses4.isEmpty { addresses4 += other.addresses4 }
        if !other.addresses6.isEmpty { addresses6 += other.addresses6 }
        if !other.hosts.isEmpty { hosts += other.hosts }
        return selection
    }

    /// Moves what a group's choices lead to. Selections may have a group in common, so it is told where from.
    private mutating func move(
        _ group: HealthSnapshot.Group, in other: borrowing HealthSnapshot.Builder, to first: Int, by offset: Int
    ) {
        for index in Int(group.start)..<Int(group.start + group.count) {
            choices[first + index].start = other.choices[index].start + UInt32(offset)
        }
    }

    /// Takes over the other selections of a pool, and its networks.
    mutating func appendPreferred(of other: borrowing HealthSnapshot.Builder, number: Int) {
        pools[number].firstRun = UInt32(starts.count)
        pools[number].firstPreferred = UInt32(pools.count)
        starts += other.starts
        values += other.values
        for index in 1..<other.pools.count { pools.append(preferred(index, of: other, number: number)) }
    }

    /// A selection for clients who prefer some targets, where the pool's parts were put, as its first selection tells.
    private func preferred(
        _ index: Int, of other: borrowing HealthSnapshot.Builder, number: Int
    ) -> HealthSnapshot.Selection {
        let (own, first) = (pools[number], other.pools[0])
        var selection = other.pools[index]
        Self.shift(
            &selection, own.v4.start - first.v4.start, own.v4.firstAddress - first.v4.firstAddress,
            own.v6.firstAddress - first.v6.firstAddress, own.host.firstAddress - first.host.firstAddress,
            own.firstService - first.firstService)
        selection.noteStart = own.noteStart
        return selection
    }

    private static func shift(
        _ selection: inout HealthSnapshot.Selection, _ choices: UInt32, _ v4: UInt32, _ v6: UInt32, _ host: UInt32,
        _ services: UInt32
    ) {
        selection.v4.start += choices
        selection.v6.start += choices
        selection.host.start += choices
        selection.v4.firstAddress += v4
        selection.v6.firstAddress += v6
        selection.host.firstAddress += host
        selection.firstService += services
    }
}
