// Puts what was laid out for each pool alone into one snapshot: all positions move to behind what is there.

extension HealthSnapshot.Builder {
    /// Nothing yet, with memory for what `pools` have.
    init(roomFor pools: [ServedPool]) {
        self.init()
        var count = (choices: 0, services: 0, v4: 0, v6: 0, hosts: 0, notes: 0)
        for pool in pools {
            count.choices += pool.parts.choices.count
            count.services += pool.parts.services.count
            count.v4 += pool.parts.addresses4.count
            count.v6 += pool.parts.addresses6.count
            count.hosts += pool.parts.hosts.count
            count.notes += pool.parts.notes.count
        }
        self.pools.reserveCapacity(pools.count)
        choices.reserveCapacity(count.choices)
        affinities.reserveCapacity(count.choices)
        services.reserveCapacity(count.services)
        addresses4.reserveCapacity(count.v4)
        addresses6.reserveCapacity(count.v6)
        hosts.reserveCapacity(count.hosts)
        notes.reserveCapacity(count.notes)
    }

    /// Takes over what one pool has, and its first selection. Those for clients who prefer some targets come after the
    /// first ones of all pools.
    mutating func append(_ other: HealthSnapshot.Builder) {
        var selection = other.pools[0]
        Self.shift(
            &selection, UInt32(choices.count), UInt32(addresses4.count), UInt32(addresses6.count), UInt32(hosts.count),
            UInt32(services.count))
        selection.noteStart += UInt32(notes.count)
        pools.append(selection)
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
    }

    /// Moves what a group's choices lead to. Selections may have a group in common, so it is told where from.
    private mutating func move(
        _ group: HealthSnapshot.Group, in other: HealthSnapshot.Builder, to first: Int, by offset: Int
    ) {
        for index in Int(group.start)..<Int(group.start + group.count) {
            choices[first + index].start = other.choices[index].start + UInt32(offset)
        }
    }

    /// Takes over the other selections of a pool, and its networks.
    mutating func appendPreferred(of other: HealthSnapshot.Builder, number: Int) {
        // Where the pool's parts were put, as its first selection tells.
        let offset = (
            choices: pools[number].v4.start - other.pools[0].v4.start,
            v4: pools[number].v4.firstAddress - other.pools[0].v4.firstAddress,
            v6: pools[number].v6.firstAddress - other.pools[0].v6.firstAddress,
            host: pools[number].host.firstAddress - other.pools[0].host.firstAddress,
            services: pools[number].firstService - other.pools[0].firstService
        )
        pools[number].firstRun = UInt32(starts.count)
        pools[number].firstPreferred = UInt32(pools.count)
        starts += other.starts
        values += other.values
        for var selection in other.pools.dropFirst() {
            Self.shift(&selection, offset.choices, offset.v4, offset.v6, offset.host, offset.services)
            selection.noteStart = pools[number].noteStart
            pools.append(selection)
        }
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
