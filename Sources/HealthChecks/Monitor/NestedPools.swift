// Which pools' answers hang on which others.

internal import DNSCore

/// What is nested in what.
struct NestedPools {
    /// By pool: those that are its targets.
    private let children: [[Int]]
    /// By pool: those that it stands in for.
    private let backedUp: [[Int]]

    init(_ pools: [PoolDefinition]) {
        let numbers = Dictionary(zip(pools.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
        children = pools.map { pool in
            pool.targets.compactMap { target in
                if case .pool(let nested) = target.endpoint { numbers[nested.name] } else { nil }
            }
        }
        var backedUp = Array(repeating: [Int](), count: pools.count)
        for (number, pool) in pools.enumerated() {
            if case .pool(let name) = pool.service.backup, let backup = numbers[name] {
                backedUp[backup].append(number)
            }
        }
        self.backedUp = backedUp
    }

    /// By pool: those that have it as a target.
    private var parents: [[Int]] {
        var parents = Array(repeating: [Int](), count: children.count)
        for (pool, nested) in children.enumerated() {
            for child in nested { parents[child].append(pool) }
        }
        return parents
    }

    /// By pool: itself, the pools that it is nested in, at whatever depth, and all that are nested in one of these.
    var relatives: [[Int]] {
        let parents = parents
        return children.indices.map { pool in
            Self.reach(Self.reach([pool], by: parents), by: children).sorted()
        }
    }

    /// By pool: itself, the pools that it is nested in or stands in for, and those that hang on these in turn.
    var dependents: [[Int]] {
        let steps = zip(parents, backedUp).map { $0 + $1 }
        return children.indices.map { Self.reach([$0], by: steps).sorted() }
    }

    /// Some pools, and where one comes to from there; each once, so a circle ends too.
    private static func reach(_ start: Set<Int>, by steps: [[Int]]) -> Set<Int> {
        var found = start
        var next = Array(start)
        while let pool = next.popLast() {
            for other in steps[pool] where found.insert(other).inserted { next.append(other) }
        }
        return found
    }
}
