// What the tests of steering share: pools written as in triagedns.yaml, questions from somewhere, and counts.

import DNSCore
import ServerConfiguration
import TestSupport
import Testing

/// An answer to somebody.
struct SteeredAnswer: Equatable {
    /// The data of the records of the answer section.
    var data: [String]
    /// SCOPE PREFIX-LENGTH; nil without a Client Subnet option.
    var scope: Int?
}

/// The pools of `text`, the section `pools` of triagedns.yaml.
func readPools(_ text: String) throws -> [PoolDefinition] {
    let (configuration, findings) = readConfiguration(text: "pools:\n" + text, file: "f.yaml")
    #expect(findings == [])
    return try #require(configuration).pools.map(\.definition)
}

/// All up, but for what `down` names as `pool/target`.
func conditions(_ pools: [PoolDefinition], down: Set<String> = []) -> [[[MemberCondition]]] {
    pools.map { pool in
        pool.targets.map { target in
            let state = down.contains("\(pool.name)/\(target.name)") ? HealthState.down : .up
            return Array(repeating: MemberCondition(state), count: target.memberCount)
        }
    }
}

/// A zone in which every pool has a name of its own.
func steeringWorld(
    _ pools: [PoolDefinition], down: Set<String> = [], more: String = "", seed: UInt64 = 1
) throws -> TestWorld {
    let names = pools.map { "\($0.name) 300 POOL \($0.name)\n" }.joined()
    return try TestWorld(
        zone: poolZone + names + more, pools: pools, conditions: conditions(pools, down: down), seed: seed)
}

extension TestWorld {
    /// Asks with a Client Subnet option, or without, from an address.
    func ask(
        _ name: String, _ type: String = "A", subnet: String? = nil, from client: String = "127.0.0.1"
    ) throws -> SteeredAnswer {
        var packet = try QueryPacket(name + ".example.org", type, edns: .init(size: 4096))
        if let subnet { packet.edns?.options = [try clientSubnet(subnet)] }
        let octets = answer(packet.octets, from: try #require(IPAddress(client)))
        let message = try #require(LDNSMessage(octets))
        let option = try MessageWalker(octets).options?.first { $0.code == 8 }
        return SteeredAnswer(
            data: message.answer.map { $0.split(separator: " ").dropFirst(4).joined(separator: " ") },
            scope: option.map { Int($0.data[3]) })
    }

    /// How often each first record comes in so many answers.
    func shares(_ name: String, _ type: String = "A", of count: Int) throws -> [String: Int] {
        var shares: [String: Int] = [:]
        for _ in 0..<count { shares[try ask(name, type).data.first ?? "none", default: 0] += 1 }
        return shares
    }
}

/// The option of RFC 7871 §6 for `ADDRESS/LENGTH`.
func clientSubnet(_ text: String) throws -> QueryPacket.Option {
    let parts = text.split(separator: "/")
    let address = try #require(IPAddress(String(parts[0])))
    let length = try #require(Int(parts[1]))
    return QueryPacket.Option(
        8, [0, address.isV6 ? 2 : 1, UInt8(length), 0] + address.octets.prefix((length + 7) / 8))
}
