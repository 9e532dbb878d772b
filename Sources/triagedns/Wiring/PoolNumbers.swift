// POOL records are stored with the numbers of their pools, so a zone that could not be read again, and is answered from
// as it was, needs its pools under their old numbers. Therefore a pool keeps its number as long as it is there.

import Checks
import DNSCore
import HealthChecks
import ServerConfiguration

/// The pools by number, as the serving image, the health snapshot and the monitor have them.
struct PoolNumbers: Sendable {
    /// Nil: the number is free.
    private(set) var slots: [ConfiguredPool?]
    /// The names of those that are not in triagedns.yaml any more.
    private(set) var kept: Set<String> = []

    init(_ pools: [ConfiguredPool]) { slots = pools }

    /// The numbers for `pools`: the old one for a pool that is there already, a free one or the next for others.
    func renumbered(for pools: [ConfiguredPool]) -> PoolNumbers {
        var new = self
        new.kept = []
        var isPlaced = Array(repeating: false, count: pools.count)
        for (number, slot) in slots.enumerated() {
            guard let slot else { continue }
            let match = pools.indices.first { !isPlaced[$0] && pools[$0].isSuccessor(of: slot) }
            new.slots[number] = match.map { pools[$0] }
            if let match { isPlaced[match] = true }
        }
        // What was in use now must not be reused before the zones are known that still use it.
        var free = slots.indices.filter { slots[$0] == nil }.makeIterator()
        for index in pools.indices where !isPlaced[index] {
            if let number = free.next() { new.slots[number] = pools[index] } else { new.slots.append(pools[index]) }
        }
        return new
    }

    /// Puts back what `former` has under numbers that are used although the pool is gone, and what is nested in that.
    mutating func keep(_ numbers: Set<Int>, from former: PoolNumbers) {
        for number in former.withNested(numbers)
        where slots[number] == nil && (numbers.contains(number) || !isThere(former.slots[number])) {
            slots[number] = former.slots[number]
            if let name = slots[number]?.definition.name { kept.insert(name) }
        }
        while case .some(.none) = slots.last { slots.removeLast() }
    }

    /// Whether there is a pool of the same name, under whatever number.
    private func isThere(_ former: ConfiguredPool?) -> Bool {
        former.map { pool in slots.contains { $0?.definition.name == pool.definition.name } } ?? true
    }

    /// These pools, and all that are nested in them. A number that is not used here yet stands for itself.
    func withNested(_ numbers: Set<Int>) -> Set<Int> {
        var all = numbers
        var new = Array(numbers)
        while let number = new.popLast() {
            guard slots.indices.contains(number) else { continue }
            for case .pool(let nested) in slots[number]?.definition.targets.map(\.endpoint) ?? [] {
                let child = slots.firstIndex { $0?.definition.name == nested.name }
                if let child, all.insert(child).inserted { new.append(child) }
            }
        }
        return all
    }

    /// By number; a pool without name and targets where there is none.
    var definitions: [PoolDefinition] { slots.map { $0?.definition ?? Self.none } }

    /// The same with their checks, which use the names that the records of `zones` give the pools.
    func monitored(in zones: [Zone]) -> [MonitoredPool] {
        let names = ClientNames(zones, pools: definitions)
        var timeToLives: [Int: UInt32] = [:]
        for owner in zones.lazy.flatMap(\.poolOwners) {
            timeToLives[owner.pool] = max(timeToLives[owner.pool] ?? 0, owner.timeToLive)
        }
        return slots.enumerated().map { number, slot in
            guard let slot else { return MonitoredPool(definition: Self.none, checks: []) }
            let naming = { (checks: [CheckDefinition]) in checks.map { $0.naming(names[number]) } }
            let probing = slot.targetProbing.mapValues {
                TargetProbing(checks: $0.checks.map(naming), addresses: $0.addresses)
            }
            return MonitoredPool(
                definition: slot.definition, checks: naming(slot.checks), targetProbing: probing,
                rules: slot.rules, timeToLive: timeToLives[number])
        }
    }

    private static var none: PoolDefinition { PoolDefinition(name: "", policy: .roundRobin, targets: []) }
}

extension ConfiguredPool {
    /// Whether records that were stored for `former` can be answered from this one.
    fileprivate func isSuccessor(of former: ConfiguredPool) -> Bool {
        definition.name == former.definition.name && definition.hasHosts == former.definition.hasHosts
    }
}
