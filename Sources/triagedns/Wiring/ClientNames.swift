// What clients call the targets of a pool: the owners of the POOL records that lead to it. Checks send these names as
// SNI and Host, and look for them in certificates.

import DNSCore
import HealthChecks

/// The names of each pool by its number, in the order of the zones and their files.
struct ClientNames {
    private var names: [Int: [String]] = [:]

    /// - Parameter pools: all pools by their numbers: who asks for one reaches those that are nested in it, too.
    init(_ zones: [Zone], pools: [PoolDefinition]) {
        let numbers = Dictionary(pools.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        for zone in zones {
            for owner in zone.poolOwners where owner.serviceType == nil {
                guard let text = Self.hostName(owner.name) else { continue }
                var reached = [owner.pool]
                var next = 0
                while next < reached.count {
                    add(text, to: reached[next])
                    let nested = pools.indices.contains(reached[next]) ? pools[reached[next]].nestedPools : []
                    reached += nested.compactMap { numbers[$0] }.filter { !reached.contains($0) }
                    next += 1
                }
            }
        }
    }

    private mutating func add(_ name: String, to pool: Int) {
        if names[pool]?.contains(name) != true { names[pool, default: []].append(name) }
    }

    subscript(pool: Int) -> [String] { names[pool] ?? [] }

    /// As certificates and HTTP have it; nil for names that no client connects to, such as `_dicom._tcp`.
    private static func hostName(_ owner: DomainName) -> String? {
        let text = owner.hostText.lowercased()
        let labels = (owner.isWildcard ? text.dropFirst(2) : text[...]).split(separator: ".")
        let isHost = labels.allSatisfy { label in
            label.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7a ~= $0 || $0 == 0x2d }
        }
        return isHost && !labels.isEmpty ? text : nil
    }
}

extension PoolDefinition {
    /// The names of the pools among its targets.
    fileprivate var nestedPools: [String] {
        targets.compactMap { if case .pool(let nested) = $0.endpoint { nested.name } else { nil } }
    }
}
