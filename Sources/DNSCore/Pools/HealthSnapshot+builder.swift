// Lays the members in service out in flat arrays.

extension HealthSnapshot {
    struct Builder {
        var choices: [Choice] = []
        var addresses4: [UInt32] = []
        var addresses6: [SIMD2<UInt64>] = []
        var hosts: [UInt8] = []

        init() {}

        /// Nothing yet, with memory for what `pools` have.
        init(roomFor pools: [ServedPool]) {
            var count = (choices: 0, v4: 0, v6: 0, hosts: 0)
            for pool in pools {
                count.choices += pool.parts.choices.count
                count.v4 += pool.parts.addresses4.count
                count.v6 += pool.parts.addresses6.count
                count.hosts += pool.parts.hosts.count
            }
            choices.reserveCapacity(count.choices)
            addresses4.reserveCapacity(count.v4)
            addresses6.reserveCapacity(count.v6)
            hosts.reserveCapacity(count.hosts)
        }

        mutating func select(
            _ pool: PoolDefinition, _ conditions: [[MemberCondition]]
        ) -> (Selection, PoolService.Mode) {
            let decision = ServiceDecision(pool, conditions)
            let isWeighted = pool.policy == .weighted
            var selection = Selection(
                isWeighted: isWeighted,
                fails: decision.service.mode == .servfail,
                answers: UInt8(pool.answers ?? (isWeighted ? 1 : PoolDefinition.maximumAnswers)),
                timeToLiveCap: decision.service.timeToLiveCap,
                v4: group(pool, decision) { builder, address in
                    guard case .v4(let value) = address else { return false }
                    builder.addresses4.append(value)
                    return true
                } at: {
                    $0.addresses4.count
                },
                v6: group(pool, decision) { builder, address in
                    guard case .v6(let high, let low) = address else { return false }
                    builder.addresses6.append([high, low])
                    return true
                } at: {
                    $0.addresses6.count
                },
                host: hostGroup(pool, decision))
            if decision.service.mode == .backup { selectBackup(of: pool, for: &selection) }
            return (selection, decision.service.mode)
        }

        /// Puts the pool's own backup in the place of its targets; all of it is answered with.
        private mutating func selectBackup(of pool: PoolDefinition, for selection: inout Selection) {
            let instead: [TargetDefinition]
            switch pool.service.backup {
            case .addresses(let addresses):
                instead = addresses.map { TargetDefinition(name: "", endpoint: .addresses([$0])) }
            case .host(let name): instead = [TargetDefinition(name: "", endpoint: .host(name))]
            case .pool, nil: return
            }
            let backup = PoolDefinition(name: "", policy: .roundRobin, answers: pool.answers, targets: instead)
            let limit = selection.timeToLiveCap
            (selection, _) = select(backup, instead.map { _ in [MemberCondition(.up)] })
            selection.timeToLiveCap = limit
        }

        /// Adds a choice for each target that has addresses of one family in service.
        private mutating func group(
            _ pool: PoolDefinition, _ decision: ServiceDecision,
            append: (inout Builder, IPAddress) -> Bool, at position: (Builder) -> Int
        ) -> Group {
            var group = Group(start: UInt32(choices.count), firstAddress: UInt32(position(self)))
            for (index, target) in pool.targets.enumerated() {
                guard case .addresses(let addresses) = target.endpoint else { continue }
                let start = position(self)
                var weight: UInt32 = 0
                for (member, address) in addresses.enumerated()
                where decision.isInService[index][member] && append(&self, address) {
                    weight = max(weight, decision.service.weights[index][member])
                }
                add(
                    Choice(weight: weight, start: UInt32(start), count: UInt32(position(self) - start)), to: &group)
            }
            return finish(group)
        }

        private mutating func hostGroup(_ pool: PoolDefinition, _ decision: ServiceDecision) -> Group {
            var group = Group(start: UInt32(choices.count))
            for (index, target) in pool.targets.enumerated() {
                guard case .host(let name) = target.endpoint, decision.isInService[index] == [true] else { continue }
                let start = hosts.count
                hosts += name.wire
                let weight = decision.service.weights[index][0]
                add(Choice(weight: weight, start: UInt32(start), count: UInt32(name.wire.count)), to: &group)
            }
            return finish(group)
        }

        private mutating func add(_ choice: Choice, to group: inout Group) {
            guard choice.count > 0 else { return }
            choices.append(choice)
            group.count += 1
            group.totalWeight += UInt64(choice.weight)
            group.addressCount += choice.count
        }

        /// Takes over what was selected for one pool alone: all positions move to behind what is there.
        mutating func append(_ other: Builder, _ selected: Selection) -> Selection {
            let shift = (choices: UInt32(choices.count), v4: UInt32(addresses4.count), v6: UInt32(addresses6.count))
            let hostShift = UInt32(hosts.count)
            choices += other.choices
            if !other.addresses4.isEmpty { addresses4 += other.addresses4 }
            if !other.addresses6.isEmpty { addresses6 += other.addresses6 }
            if !other.hosts.isEmpty { hosts += other.hosts }
            var selection = selected
            move(&selection.v4, shift.choices, data: shift.v4)
            move(&selection.v6, shift.choices, data: shift.v6)
            move(&selection.host, shift.choices, data: hostShift)
            return selection
        }

        private mutating func move(_ group: inout Group, _ shift: UInt32, data: UInt32) {
            group.start += shift
            group.firstAddress += data
            for index in Int(group.start)..<Int(group.start + group.count) { choices[index].start += data }
        }

        /// Where all weights are zero, they count as one each.
        private mutating func finish(_ group: Group) -> Group {
            guard group.totalWeight == 0 else { return group }
            var group = group
            for index in Int(group.start)..<Int(group.start + group.count) { choices[index].weight = 1 }
            group.totalWeight = UInt64(group.count)
            return group
        }
    }
}
