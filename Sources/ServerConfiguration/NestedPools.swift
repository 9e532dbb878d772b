// Pools as targets of pools: what must hold among all of them, which is known only when all are read.

internal import DNSCore

/// Checks the pools that other pools name, and fills in of what kind they are.
struct NestedPools {
    private(set) var pools: [ConfiguredPool]
    private let report: Report
    private var numbers: [String: Int] = [:]
    /// What is known of each pool, so that pools which many name are looked into once.
    private var facts: [Int: Facts] = [:]

    private struct Facts {
        var depth = 1
        var size = 0
        var hasHosts = false
    }

    /// - Parameter names: of all pools of the file, those with errors too.
    init(_ pools: [ConfiguredPool], names: [String], report: Report) {
        self.pools = pools
        self.report = report
        for (number, pool) in pools.enumerated() { numbers[pool.definition.name] = number }
        guard pools.contains(where: \.definition.hasNestedPools) else { return }
        for number in pools.indices { checkNames(number, names) }
        // In a circle there is no end to count to.
        guard pools.indices.filter({ findCircle(from: $0) }).isEmpty else { return }
        for number in pools.indices { fillIn(number) }
        for number in pools.indices { checkSize(number) }
    }

    private func children(_ number: Int) -> [Int] {
        pools[number].definition.targets.compactMap { target in
            guard case .pool(let nested) = target.endpoint else { return nil }
            return numbers[nested.name]
        }
    }

    private func checkNames(_ number: Int, _ names: [String]) {
        var owners: [String: String] = [:]
        for target in pools[number].definition.targets {
            guard case .pool(let nested) = target.endpoint else { continue }
            let line = pools[number].targetLines[target.name] ?? pools[number].line
            if !names.contains(nested.name) {
                let hint = Diagnostic.nearest(to: nested.name, among: names).map { "did you mean \($0)?" }
                report.add(
                    line: line, "there is no pool \"\(nested.name)\"; \(hint ?? "define it in the section pools")")
            } else if let owner = owners.updateValue(target.name, forKey: nested.name) {
                report.add(
                    line: line,
                    "the pool \(nested.name) is a target already, as \(owner); remove one of the two, or give it more "
                        + "weight")
            }
        }
    }

    /// Reports a circle that comes back to `start`, at the pool of it that stands first in the file.
    private func findCircle(from start: Int) -> Bool {
        var path = [start]
        var seen: Set<Int> = []
        guard closes(&path, &seen) else { return false }
        if start == path.min() {
            let names = (path + [start]).map { pools[$0].definition.name }
            report.add(
                line: pools[start].line,
                "the pool \(names[0]) is nested in itself: \(names.joined(separator: " > ")); remove one of these targets"
            )
        }
        return true
    }

    /// Whether a way from the last one of `path` leads back to the first, which `path` then is.
    private func closes(_ path: inout [Int], _ seen: inout Set<Int>) -> Bool {
        for child in children(path[path.count - 1]) {
            if child == path[0] { return true }
            guard seen.insert(child).inserted else { continue }
            path.append(child)
            if closes(&path, &seen) { return true }
            path.removeLast()
        }
        return false
    }

    /// Notes of each nested pool whether it has hosts; all targets of a pool are of one kind.
    private mutating func fillIn(_ number: Int) {
        for (index, target) in pools[number].definition.targets.enumerated() {
            guard case .pool(var nested) = target.endpoint, let child = numbers[nested.name] else { continue }
            nested.hasHosts = facts(of: child).hasHosts
            pools[number].definition.targets[index].endpoint = .pool(nested)
        }
        let targets = pools[number].definition.targets
        guard let first = targets.first, let other = targets.first(where: { $0.hasHosts != first.hasHosts }) else {
            return
        }
        guard first.isNestedPool || other.isNestedPool else { return }
        let name = pools[number].definition.name
        report.add(
            line: pools[number].targetLines[other.name] ?? pools[number].line,
            "\(other.name) leads to \(other.hasHosts ? "host names" : "addresses") but \(first.name) to "
                + "\(first.hasHosts ? "host names" : "addresses"); the targets of the pool \(name) must all lead to one "
                + "or the other")
    }

    private mutating func checkSize(_ number: Int) {
        let pool = pools[number]
        let facts = facts(of: number)
        guard facts.depth > 1 else { return }
        if facts.depth > PoolDefinition.maximumDepth {
            report.add(
                line: pool.line,
                "the pool \(pool.definition.name) is nested \(facts.depth) pools deep, the limit is "
                    + "\(PoolDefinition.maximumDepth); name inner pools directly")
        } else if facts.size > PoolDefinition.maximumTargets {
            report.add(
                line: pool.line,
                "the pool \(pool.definition.name) has \(facts.size) targets with those of its nested pools, the limit is "
                    + "\(PoolDefinition.maximumTargets); split it")
        }
    }

    private mutating func facts(of number: Int) -> Facts {
        if let known = facts[number] { return known }
        var facts = Facts()
        for target in pools[number].definition.targets {
            switch target.endpoint {
            case .addresses: facts.size += 1
            case .host(let host):
                facts.size += 1
                facts.hasHosts = facts.hasHosts || !host.isFlattened
            case .pool(let nested):
                guard let child = numbers[nested.name] else { continue }
                let inner = self.facts(of: child)
                facts.depth = max(facts.depth, inner.depth + 1)
                // Of pools that are refused: their number must not overflow.
                facts.size = min(facts.size + inner.size, 1_000_000)
                facts.hasHosts = facts.hasHosts || inner.hasHosts
            }
        }
        self.facts[number] = facts
        return facts
    }
}

extension TargetDefinition {
    fileprivate var hasHosts: Bool {
        switch endpoint {
        case .addresses: false
        case .host(let host): !host.isFlattened
        case .pool(let nested): nested.hasHosts
        }
    }
}
