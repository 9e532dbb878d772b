// A pool with the addresses that its hosts have at one moment.

internal import Checks
internal import DNSCore

extension MonitoredPool {
    /// Whether a target's addresses must be known: to be answered with, or to be probed.
    func needsAddresses(of target: TargetDefinition) -> Bool {
        guard case .host(let host) = target.endpoint else { return false }
        let probing = targetProbing[target.name]
        return host.isFlattened || !(probing?.checks ?? checks).isEmpty && probing?.addresses.isEmpty ?? true
    }

    /// The host names whose addresses must be known.
    var hostNames: [DomainName] {
        definition.targets.compactMap { target in
            guard case .host(let host) = target.endpoint, needsAddresses(of: target) else { return nil }
            return host.name
        }
    }

    /// The same pool with all its hosts answered as CNAME.
    var withAliases: MonitoredPool {
        var pool = self
        for (index, target) in definition.targets.enumerated() {
            if let host = target.host { pool.definition.targets[index].endpoint = .host(HostEndpoint(host.name)) }
        }
        return pool
    }

    /// The same pool with the addresses that are known.
    func resolved(by hosts: [DomainName: HostState]) -> MonitoredPool {
        var pool = self
        for (index, target) in definition.targets.enumerated() {
            guard case .host(var host) = target.endpoint, needsAddresses(of: target), let state = hosts[host.name]
            else { continue }
            host.addresses = state.addresses
            host.timeToLive = state.timeToLive
            pool.definition.targets[index].endpoint = .host(host)
        }
        return pool
    }
}

extension TargetDefinition {
    /// Of a target that is given by name.
    var host: HostEndpoint? { if case .host(let host) = endpoint { host } else { nil } }
}

extension CheckDefinition {
    /// Stands for the lookup of a host name without addresses; nothing is probed for it. The time that such a lookup fails
    /// before it counts has passed by then.
    static let resolve = CheckDefinition(
        name: "resolve", kind: .resolve, port: nil,
        schedule: Schedule(fall: 1, rise: 1))
}
