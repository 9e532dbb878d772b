// What clients call the targets of a pool: the owners of the POOL records that lead to it. Checks send these names as
// SNI and Host, and look for them in certificates.

import DNSCore
import HealthChecks

/// The names of each pool by its number, in the order of the zones and their files.
struct ClientNames {
    private var names: [Int: [String]] = [:]

    init(_ zones: [Zone]) {
        for zone in zones {
            for (owner, pool) in zone.poolOwners {
                guard let text = Self.hostName(owner) else { continue }
                if names[pool]?.contains(text) != true { names[pool, default: []].append(text) }
            }
        }
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
