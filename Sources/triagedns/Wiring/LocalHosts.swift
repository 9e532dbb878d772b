// Targets that are names of zones which are served here. Their addresses come straight from the zones: a name server that
// was asked for them would ask us, and where there is a pool at the name, the answer would depend on itself.

import DNSCore
import HealthChecks
import Resolving
import ServerConfiguration

/// What our own zones say of the hosts among the targets.
struct LocalHosts {
    private let zones: [Zone]
    private let pools: [ConfiguredPool?]
    private let file: String
    private(set) var known: [DomainName: HostLookup] = [:]
    private(set) var findings: [Diagnostic] = []

    /// CNAMEs that are followed from a name.
    private static let longestChain = 16

    /// - Parameters:
    ///   - pools: by their numbers.
    ///   - file: where they are written.
    init(_ zones: [Zone], pools: [ConfiguredPool?], file: String) {
        self.zones = zones
        self.pools = pools
        self.file = file
        guard !zones.isEmpty else { return }
        for (number, pool) in pools.enumerated() {
            for target in pool?.definition.targets ?? [] {
                guard let pool, case .host(let host) = target.endpoint else { continue }
                add(host, target, of: pool, number)
            }
        }
    }

    /// Where following a name through our zones ends.
    private enum End {
        case addresses([IPAddress], UInt32, zone: Zone)
        case pool(Int)
        case nothing(DomainName, zone: Zone)
        /// Others know.
        case elsewhere
    }

    private func end(of name: DomainName) -> End {
        var name = name
        for _ in 0..<Self.longestChain {
            let enclosing = zones.filter { name.isAtOrBelow($0.apex) }.max { $0.apex.labelCount < $1.apex.labelCount }
            guard let zone = enclosing else { return .elsewhere }
            switch zone.hostData(of: name) {
            case .addresses(let addresses, let timeToLive): return .addresses(addresses, timeToLive, zone: zone)
            case .alias(let target): name = target
            case .pool(let number): return .pool(number)
            case .elsewhere: return .elsewhere
            case .nothing: return .nothing(name, zone: zone)
            }
        }
        return .elsewhere
    }

    private mutating func add(_ host: HostEndpoint, _ target: TargetDefinition, of pool: ConfiguredPool, _ number: Int)
    {
        let place = "the host of \(target.name) in the pool \(pool.definition.name)"
        let line = pool.targetLines[target.name] ?? pool.line
        switch end(of: host.name) {
        case .elsewhere: break
        case .addresses(let addresses, let timeToLive, let zone):
            known[host.name] = HostLookup(addresses, timeToLive: timeToLive, source: "zone \(zone.apex)")
        case .nothing(let name, let zone):
            known[host.name] = HostLookup([], timeToLive: 0, source: "zone \(zone.apex)")
            report(
                .warning, line,
                "\(host.name), \(place), has no address: \(name) is served here and has none; add its A or "
                    + "AAAA record, or correct the name")
        case .pool(let other):
            let name = pools[other]?.definition.name ?? ""
            let reached = reach(from: other)
            if reached.contains(number) {
                let what =
                    other == number
                    ? "is answered from that pool itself" : "is answered from the pool \(name), which leads back to it"
                report(.error, line, "\(host.name), \(place), \(what); write the host's own name or address")
            } else if host.isFlattened {
                report(
                    .error, line,
                    "\(host.name), \(place), is answered from the pool \(name); write pool: \(name) instead")
            } else {
                let addresses = reached.sorted().flatMap { self.addresses(of: $0) }
                known[host.name] = HostLookup(addresses, timeToLive: 0, source: "pool \(name)")
            }
        }
    }

    private mutating func report(_ severity: Diagnostic.Severity, _ line: Int, _ message: String) {
        findings.append(Diagnostic(severity, file: file, line: line, message))
    }

    /// The pools that answers of a pool may come from: itself, its nested pools and backups, and those of names in our zones
    /// that its targets are.
    private func reach(from number: Int) -> Set<Int> {
        var reached: Set<Int> = [number]
        var new = [number]
        while let pool = new.popLast() {
            guard let definition = pools.indices.contains(pool) ? pools[pool]?.definition : nil else { continue }
            var names = definition.targets.compactMap { target in
                if case .pool(let nested) = target.endpoint { nested.name } else { nil }
            }
            if case .pool(let backup) = definition.service.backup { names.append(backup) }
            var next = pools.indices.filter { index in pools[index].map { names.contains($0.definition.name) } ?? false
            }
            for case .host(let host) in definition.targets.map(\.endpoint) {
                if case .pool(let other) = end(of: host.name) { next.append(other) }
            }
            new += next.filter { reached.insert($0).inserted }
        }
        return reached
    }

    /// Those that a pool's own targets have, as far as they are written here.
    private func addresses(of pool: Int) -> [IPAddress] {
        (pools[pool]?.definition.targets ?? []).flatMap { target -> [IPAddress] in
            switch target.endpoint {
            case .addresses(let addresses): return addresses
            case .host(let host): if case .addresses(let addresses, _, _) = end(of: host.name) { return addresses }
            case .pool: break
            }
            return []
        }
    }
}

extension HostRules {
    /// What triagedns.yaml and the zones say.
    init(_ settings: ServerSettings, _ project: Project) {
        self.init(resolvers: settings.resolvers, keep: settings.keepAddresses, known: project.knownHosts)
    }
}
