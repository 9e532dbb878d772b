// Lays plans out in flat arrays.

extension HealthSnapshot {
    struct Builder {
        var pools: [Selection] = []
        var choices: [Choice] = []
        var affinities: [Affinity] = []
        var services: [Service] = []
        var addresses4: [UInt32] = []
        var addresses6: [SIMD2<UInt64>] = []
        var hosts: [UInt8] = []
        var starts: [UInt128] = []
        var values: [UInt16] = []
        var notes: [UInt8] = []
        /// Of the snapshot that some of it is taken from.
        var wholeSize: Int?
        var hasSubstitutes = false
        /// Of one pool alone: the targets behind each of `choices`, and those behind its services.
        var choiceTargets: [[TargetKey]] = []
        var serviceTargets: [[TargetKey]] = []

        /// Adds a selection.
        mutating func add(_ plan: PoolPlan) {
            let firstService = services.count
            addServices(of: plan)
            var plan = plan
            plan.leaves = Self.distinct(plan.leaves)
            pools.append(
                Selection(
                    order: plan.order, fails: plan.mode == .servfail || plan.lacksAddresses,
                    answers: UInt8(plan.answers),
                    serviceAnswers: UInt8(plan.serviceAnswers),
                    timeToLiveCap: plan.timeToLiveCap, v4: group(.v4, plan), v6: group(.v6, plan),
                    host: group(.host, plan), firstService: UInt32(firstService),
                    serviceCount: UInt32(services.count - firstService)))
        }

        /// Adds what is to be said of the pool whose first selection was added last.
        mutating func add(_ note: PoolNote) {
            pools[pools.count - 1].noteStart = UInt32(notes.count)
            pools[pools.count - 1].noteLength = UInt8(note.text.utf8.count)
            notes += note.text.utf8
        }

        /// Adds a selection for each set of targets that somebody prefers, and the networks, to those of one pool.
        mutating func addPreferred(_ plans: [PoolPlan?], of definition: PoolDefinition) {
            guard !plans.isEmpty else { return }
            pools[0].runCount = UInt32(definition.preferences.starts.count)
            pools[0].firstPreferred = 1
            starts = definition.preferences.starts
            values = definition.preferences.values
            for plan in plans {
                if let plan { add(plan) } else { pools.append(pools[0]) }
                pools[pools.count - 1].noteStart = pools[0].noteStart
                pools[pools.count - 1].noteLength = pools[0].noteLength
            }
        }

        /// An answer has each address once (RFC 2181 §5), also if several nested pools have it, or several names. Who has
        /// no other gives its weight to the first that has it.
        static func distinct(_ leaves: [PoolPlan.Leaf]) -> [PoolPlan.Leaf] {
            let isMixed = leaves.contains { $0.pool != leaves[0].pool || $0.target.addressTimeToLive != nil }
            guard isMixed else { return leaves }
            var owners: [IPAddress: Int] = [:]
            var distinct: [PoolPlan.Leaf] = []
            for leaf in leaves {
                let addresses = leaf.target.answeredAddresses
                guard !addresses.isEmpty else {
                    distinct.append(leaf)
                    continue
                }
                var leaf = leaf
                var owner: Int?
                for (index, address) in addresses.enumerated() where leaf.members[index] {
                    owner = owner ?? owners[address]
                    leaf.members[index] = owners[address] == nil
                    if leaf.members[index] { owners[address] = distinct.count }
                }
                if leaf.members.contains(true) {
                    distinct.append(leaf)
                } else if let owner {
                    distinct[owner].weight += leaf.weight
                    distinct[owner].steadyWeight += leaf.steadyWeight
                }
            }
            return distinct
        }

        /// Adds a choice for each leaf that has something of one family in service.
        private mutating func group(_ family: HealthSnapshot.Family, _ plan: PoolPlan) -> Group {
            var group = Group(start: UInt32(choices.count), firstAddress: UInt32(position(family)))
            let weights = Self.integers(plan.leaves.map(\.weight))
            for (leaf, weight) in zip(plan.leaves.prefix(PoolDefinition.maximumTargets), weights) {
                let (start, count) = append(leaf, family)
                guard count > 0 else { continue }
                choices.append(Choice(weight: weight, end: 0, start: start, count: count))
                affinities.append(Affinity(key: leaf.key, weight: leaf.steadyWeight))
                choiceTargets.append(leaf.targets)
                group.count += 1
                group.addressCount += count
            }
            finish(&group)
            return group
        }

        /// Adds up the weights. Where all are zero, they count as one each.
        private mutating func finish(_ group: inout Group) {
            let range = Int(group.start)..<Int(group.start + group.count)
            let areZero = range.allSatisfy { choices[$0].weight == 0 }
            for index in range {
                if areZero {
                    choices[index].weight = 1
                    affinities[index].inverseWeight = 1
                }
                group.totalWeight += choices[index].weight
                choices[index].end = group.totalWeight
            }
        }

        /// Whole numbers in the proportion of `weights`: the same ones if they are whole. Else they are of a nested pool;
        /// if no small factor makes them whole, they are off by 2^-24 of their sum at most.
        static func integers(_ weights: [Double]) -> [UInt32] {
            let sum = weights.reduce(0, +)
            let factor = (1...256).lazy.map(Double.init).first { factor in
                weights.allSatisfy { abs($0 * factor - ($0 * factor).rounded()) < 1e-9 * factor }
            }
            if let factor, sum * factor < 0x1p31 { return weights.map { UInt32(($0 * factor).rounded()) } }
            return weights.map { $0 == 0 ? 0 : max(1, UInt32(($0 / sum * 0x1p24).rounded())) }
        }

        /// How much there is of a family.
        private func position(_ family: Family) -> Int {
            switch family {
            case .v4: addresses4.count
            case .v6: addresses6.count
            case .host: hosts.count
            }
        }

        /// Adds what a leaf has in service of a family.
        /// - Returns: where it is, and how many addresses or octets it has.
        mutating func append(_ leaf: PoolPlan.Leaf, _ family: Family) -> (start: UInt32, count: UInt32) {
            let start = position(family)
            if case .host(let host) = leaf.target.endpoint, !host.isFlattened, family == .host {
                hosts += host.name.wire
            }
            for (address, isInService) in zip(leaf.target.answeredAddresses, leaf.members) where isInService {
                switch (address, family) {
                case (.v4(let value), .v4): addresses4.append(value)
                case (.v6(let high, let low), .v6): addresses6.append([high, low])
                default: break
                }
            }
            return (UInt32(start), UInt32(position(family) - start))
        }

        /// Adds a host name.
        mutating func append(_ name: DomainName) -> (start: UInt32, count: UInt32) {
            hosts += name.wire
            return (UInt32(hosts.count - name.wire.count), UInt32(name.wire.count))
        }
    }
}
