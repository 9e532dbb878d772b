// What an answer is picked from, read out of the health snapshot as queries read it.

extension PoolExplainer {
    /// All that an answer can have.
    mutating func choices(
        _ use: PoolUse, _ plan: PoolPlan, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot
    ) -> [ChoiceExplanation] {
        let selection = health.selection(of: use.pool, for: &asker)
        guard !selection.fails else { return [] }
        let owners = owners(of: use, plan)
        if use.kind == .services { return services(use, selection, image, health, owners) }
        var choices: [ChoiceExplanation] = []
        for (group, family) in use.groups(of: selection) where group.count > 0 {
            let limit = family == .host ? 1 : min(Int(selection.answers), Int(group.addressCount))
            switch selection.order {
            case .rotation, .weight: choices += all(of: group, family, selection.order, health, owners)
            case .client: choices += firsts(of: group, family, limit, health, owners)
            }
        }
        return choices
    }

    /// Everything of a group that has weight, with its share of first places.
    private func all(
        of group: HealthSnapshot.Group, _ family: HealthSnapshot.Family, _ order: HealthSnapshot.Order,
        _ health: borrowing HealthSnapshot, _ owners: Owners
    ) -> [ChoiceExplanation] {
        var choices: [ChoiceExplanation] = []
        for index in Int(group.start)..<Int(group.start + group.count) {
            let choice = health.choices[index]
            guard order == .rotation || choice.weight > 0 else { continue }
            let data = health.texts(of: choice, family)
            let count = family == .host ? group.count : group.addressCount
            let share =
                order == .rotation
                ? 1 / Double(count) : Double(choice.weight) / Double(group.totalWeight) / Double(data.count)
            choices += data.map { owners.choice($0, share: share) }
        }
        return choices
    }

    /// What a client sticks to.
    private mutating func firsts(
        of group: HealthSnapshot.Group, _ family: HealthSnapshot.Family, _ limit: Int,
        _ health: borrowing HealthSnapshot, _ owners: Owners
    ) -> [ChoiceExplanation] {
        var order = StickyOrder(group, client: asker.stickyKey())
        var choices: [ChoiceExplanation] = []
        while choices.count < limit, let index = order.next(health) {
            let data = health.texts(of: health.choices[index], family).prefix(limit - choices.count)
            choices += data.map { owners.choice($0, share: choices.isEmpty && $0 == data.first ? 1 : 0) }
        }
        return choices
    }

    private func services(
        _ use: PoolUse, _ selection: HealthSnapshot.Selection, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ owners: Owners
    ) -> [ChoiceExplanation] {
        guard selection.serviceCount > 0 else { return [] }
        var steering = Steering(seed: 0, isRehearsal: true)
        steering.asker = asker
        let picks = ServicePicks(selection, pool: use.pool, image, health, &steering)
        let first = Int(selection.firstService)
        let total = Int(selection.serviceCount)
        let priorities = Set((first..<first + total).map { health.services[$0].priority })
        // Of one priority, all take turns.
        let isEven = selection.order != .client && priorities.count == 1
        let indices = isEven ? Array(first..<first + total) : (0..<picks.count).map { picks[$0] }
        return indices.enumerated().map { rank, index in
            let text = health.texts(of: health.services[index].host, .host).first ?? ""
            return owners.choice(text, share: isEven ? 1 / Double(total) : rank == 0 ? 1 : 0)
        }
    }

    /// The targets that addresses and names belong to.
    private mutating func owners(of use: PoolUse, _ plan: PoolPlan) -> Owners {
        var owners = Owners(pool: pools[use.pool].definition.name)
        var plan = plan
        for _ in pools.indices {
            guard let substitute = plan.substitute,
                let next = pools.firstIndex(where: { $0.definition.name == substitute })
            else { break }
            plan = planner.plan(next)
        }
        for leaf in HealthSnapshot.Builder.distinct(plan.leaves) + plan.serviceLeaves {
            let owner = Owners.Owner(pool: pools[leaf.pool].definition.name, target: leaf.target.name)
            if use.kind == .services, let name = leaf.target.serviceName { owners.add("\(name)", owner) }
            for member in leaf.members.indices where leaf.members[member] {
                if let text = leaf.target.text(of: member) { owners.add(text, owner) }
            }
        }
        return owners
    }
}

/// Whose an address or host name is.
struct Owners {
    struct Owner {
        var pool: String
        /// Empty for the addresses of a backup.
        var target: String
    }

    /// Whose everything is that nobody else has.
    var pool: String
    private var owners: [String: Owner] = [:]

    init(pool: String) { self.pool = pool }

    mutating func add(_ data: String, _ owner: Owner) { if owners[data] == nil { owners[data] = owner } }

    func choice(_ data: String, share: Double) -> ChoiceExplanation {
        let owner = owners[data] ?? Owner(pool: pool, target: "")
        return ChoiceExplanation(
            pool: owner.pool, target: owner.target.isEmpty ? "backup" : owner.target, data: data, share: share)
    }
}

extension HealthSnapshot {
    /// The addresses of a choice, or its host name.
    fileprivate borrowing func texts(of choice: Choice, _ family: Family) -> [String] {
        let range = Int(choice.start)..<Int(choice.start + choice.count)
        switch family {
        case .v4: return addresses4[range].map { "\(IPAddress.v4($0))" }
        case .v6: return addresses6[range].map { "\(IPAddress.v6($0.x, $0.y))" }
        case .host:
            var wire: [UInt8] = []
            for index in range { wire.append(hosts[index]) }
            return ["\(DomainName(trusted: wire))"]
        }
    }
}
