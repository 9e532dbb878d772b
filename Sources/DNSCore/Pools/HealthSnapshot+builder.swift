// Lays the members in service out in flat arrays.

extension HealthSnapshot {
    struct Builder {
        var choices: [Choice] = []
        var addresses4: [UInt32] = []
        var addresses6: [SIMD2<UInt64>] = []
        var hosts: [UInt8] = []

        mutating func select(_ pool: PoolDefinition, _ conditions: [[MemberCondition]]) -> Selection {
            let decision = ServiceDecision(pool, conditions)
            let isWeighted = pool.policy == .weighted
            return Selection(
                isWeighted: isWeighted,
                answers: UInt8(pool.answers ?? (isWeighted ? 1 : PoolDefinition.maximumAnswers)),
                timeToLiveCap: Self.timeToLiveCap(decision, conditions),
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
        }

        private static func timeToLiveCap(
            _ decision: ServiceDecision, _ conditions: [[MemberCondition]]
        ) -> UInt32 {
            let members = conditions.joined()
            let isUncertain = zip(decision.isInService.joined(), members).contains { $0 && $1.state == .unknown }
            if decision.isFailOpen || isUncertain { return TimeToLiveCap.uncertain }
            return members.contains { $0.isChanging } ? TimeToLiveCap.changing : TimeToLiveCap.none
        }

        /// Adds a choice for each target that has addresses of one family in service.
        private mutating func group(
            _ pool: PoolDefinition, _ decision: ServiceDecision,
            append: (inout Builder, IPAddress) -> Bool, at position: (Builder) -> Int
        ) -> Group {
            var group = Group(start: UInt32(choices.count), firstAddress: UInt32(position(self)))
            for (target, isInService) in zip(pool.targets, decision.isInService) {
                guard case .addresses(let addresses) = target.endpoint else { continue }
                let start = position(self)
                for (address, serves) in zip(addresses, isInService) where serves { _ = append(&self, address) }
                add(
                    Choice(weight: target.weight, start: UInt32(start), count: UInt32(position(self) - start)),
                    to: &group)
            }
            return finish(group)
        }

        private mutating func hostGroup(_ pool: PoolDefinition, _ decision: ServiceDecision) -> Group {
            var group = Group(start: UInt32(choices.count))
            for (target, isInService) in zip(pool.targets, decision.isInService) {
                guard case .host(let name) = target.endpoint, isInService == [true] else { continue }
                let start = hosts.count
                hosts += name.wire
                add(Choice(weight: target.weight, start: UInt32(start), count: UInt32(name.wire.count)), to: &group)
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
