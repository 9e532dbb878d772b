// What the tests of zone checks share.

import DNSCore
import TestSupport
import Testing

/// The first two lines of a zone without fault.
let zoneTop = "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns.test.\n"

let checkedPools = [
    makePool("web", .roundRobin, ["192.0.2.1"]), makeHostPool("hosts", .roundRobin, ["a.test"]),
]

/// The findings for the text of the zone example.org; its first line is line 1.
func zoneFindings(
    _ text: String, origin: String = "example.org", pools: [PoolDefinition]? = checkedPools
) throws -> [String] {
    let (zone, findings) = try readTestZone(text, origin: origin, pools: pools)
    #expect((zone == nil) == findings.contains { $0.severity == .error })
    return findings.map(\.description)
}
