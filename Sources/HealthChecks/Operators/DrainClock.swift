// When a target that is not answered with any more can be stopped. Queries write nothing down for that: each published
// state says which targets answers contain and under which TTL, so the last answer with a target was given, at the
// latest, when that state was replaced.

internal import DNSCore

/// Until when clients may hold answers that were given.
struct DrainClock: Sendable {
    /// From the moment when a state is replaced until no worker answers from it (they look before each batch of queries),
    /// and what is on its way has come to a cache, which counts in whole seconds.
    static let grace = Duration.seconds(2)

    /// By target: when the last answer runs out that a state contained which is no more.
    private var ends: [TargetKey: Instant] = [:]

    /// A target and the largest TTL of the answers that contain it.
    typealias Exposure = [TargetKey: UInt32]

    /// Notes that a state is answered from no more.
    mutating func retire(_ exposure: Exposure, at now: Instant) {
        for (key, timeToLive) in exposure {
            let end = now + Self.grace + .seconds(Int64(timeToLive))
            ends[key] = max(ends[key] ?? end, end)
        }
    }

    /// Forgets what has run out.
    mutating func prune(at now: Instant) { ends = ends.filter { $0.value > now } }

    /// When nobody holds an answer with the target any more, if no new ones are given; nil if that is so already.
    func end(of key: TargetKey, at now: Instant) -> Instant? { ends[key].flatMap { $0 > now ? $0 : nil } }
}

extension MonitorPlan {
    /// What the answers of some pools contain.
    func exposure(of numbers: [Int], in served: [ServedPool]) -> DrainClock.Exposure {
        var exposure: DrainClock.Exposure = [:]
        for number in numbers {
            guard let timeToLive = pools[number].timeToLive else { continue }
            let (targets, limit) = ServedPool.exposure(of: number, in: served)
            for key in targets { exposure[key] = max(exposure[key] ?? 0, min(timeToLive, limit)) }
        }
        return exposure
    }

    /// What answers may have contained that somebody else has given, before this process began: any target.
    var possibleExposure: DrainClock.Exposure {
        var exposure: DrainClock.Exposure = [:]
        for (number, pool) in pools.enumerated() {
            guard let timeToLive = pool.timeToLive else { continue }
            for reached in reach(of: number) {
                let definition = pools[reached].definition
                for target in definition.targets {
                    let key = TargetKey(pool: definition.name, target: target.name)
                    exposure[key] = max(exposure[key] ?? 0, timeToLive)
                }
            }
        }
        return exposure
    }

    /// A pool, those nested in it, and their backups.
    private func reach(of number: Int) -> [Int] {
        var reached = [number]
        var next = 0
        while next < reached.count {
            let definition = pools[reached[next]].definition
            var names = definition.targets.compactMap { target in
                if case .pool(let nested) = target.endpoint { nested.name } else { nil }
            }
            if case .pool(let backup) = definition.service.backup { names.append(backup) }
            for name in names {
                guard let index = pools.firstIndex(where: { $0.definition.name == name }), !reached.contains(index)
                else { continue }
                reached.append(index)
            }
            next += 1
        }
        return reached
    }
}
