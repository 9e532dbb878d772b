// What `check` says of backups that would not come in when they are needed.

import Checks
import DNSCore
import ServerConfiguration

extension Project {
    /// A pool whose targets are all that is probed cannot fall silent without this node taking itself to be cut off: then
    /// states are held, and its backup is not answered with.
    func backupFindings(_ severity: Diagnostic.Severity, file: String) -> [Diagnostic] {
        guard let freeze = configuration.prober.freeze, configuration.prober.references.isEmpty else { return [] }
        let probed = pools.slots.map { $0.map(\.probedSubjects) ?? [] }
        return pools.slots.enumerated().compactMap { number, pool in
            guard let pool, pool.definition.service.whenAllDown == .backup, probed[number].count > 1,
                probed.allSatisfy({ $0.isSubset(of: probed[number]) })
            else { return nil }
            return Diagnostic(
                severity, file: file, line: pool.line,
                "nothing is probed but the targets of the pool \(pool.definition.name), so if all of them fall silent at "
                    + "once, this node takes itself to be cut off and answers with them for \(freeze.spoken) more before "
                    + "the backup; write `prober: {references: [\"ADDRESS:PORT\"]}` with something near this node, such as "
                    + "the gateway, or `prober: {freeze: off}`")
        }
    }
}

extension ConfiguredPool {
    /// The addresses and host names that are probed for it.
    fileprivate var probedSubjects: Set<String> {
        var subjects = Set<String>()
        for target in definition.targets {
            let probing = targetProbing[target.name]
            guard !(probing?.checks ?? checks).isEmpty else { continue }
            switch target.endpoint {
            case .addresses(let addresses):
                for (index, address) in addresses.enumerated() {
                    subjects.insert("\(probing?.address(at: index) ?? address)")
                }
            case .host(let name): subjects.insert(probing?.address(at: 0).map { "\($0)" } ?? "\(name)")
            case .pool: break
            }
        }
        return subjects
    }
}
