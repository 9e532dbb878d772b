// Client Subnet options that nobody well-behaved sends, where answers depend on them.

import DNSCore
import TestSupport
import Testing

@Suite struct HostileSubnetTests {
    /// Whatever the octets are: an answer that is well formed, in which the option is as it came but for its scope, or
    /// FORMERR without it.
    @Test func anyOctets() throws {
        let pools = try readPools(
            """
              s: {policy: sticky, targets: {a: [192.0.2.1, "::1"], b: 192.0.2.2, c: 192.0.2.3}}
              p: {targets: {a: 192.0.2.1, b: [192.0.2.2, "::2"]}, prefer: {10.0.0.0/8: [b], "::/1": [a], 10.1.2.3/32: [a]}}
            """)
        let world = try steeringWorld(pools, more: "h POOL s HTTPS 1 s\n")
        var random = RandomSource(seed: 7871)
        var codes: [Int: Int] = [:]
        for _ in 0..<60_000 {
            let name = ["s", "p", "h", "no"][Int.random(in: 0..<4, using: &random)]
            let type = ["A", "AAAA", "HTTPS", "ANY"][Int.random(in: 0..<4, using: &random)]
            let data = subnet(&random)
            var packet = try QueryPacket("\(name).example.org", type, edns: .init(size: 1232))
            packet.edns?.options = [QueryPacket.Option(8, data)]
            let answer = world.answer(packet.octets)
            let message = try #require(LDNSMessage(answer), "\(data)")
            codes[message.code, default: 0] += 1
            let option = try MessageWalker(answer).options?.first
            guard message.code != 1 else {
                try #require(option == nil)
                continue
            }
            let given = try #require(option).data
            try #require(given.count == data.count && given[..<3] == data[..<3] && given[4...] == data[4...], "\(data)")
            let limit = data[1] == 1 ? 32 : data[1] == 2 ? 128 : 0
            try #require(Int(given[3]) <= limit && (data[2] > 0 || given[3] == 0), "\(data) \(given)")
        }
        #expect(codes.keys.sorted() == [0, 1, 3] && codes.values.allSatisfy { $0 > 1_000 }, "\(codes)")
    }

    /// Mostly almost right.
    private func subnet(_ random: inout RandomSource) -> [UInt8] {
        let any = UInt8.random(in: .min ... .max, using: &random)
        let families: [UInt8] = [0, 1, 2, 1, 2, any]
        let family = families[Int.random(in: 0..<6, using: &random)]
        let source = UInt8.random(in: 0...(family == 1 ? 33 : family == 2 ? 129 : 1), using: &random)
        var address = (0..<(Int(source) + 7) / 8).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        if Bool.random(using: &random), !address.isEmpty { address[0] = 10 }
        if source % 8 != 0, !address.isEmpty, Int.random(in: 0..<10, using: &random) > 0 {
            address[address.count - 1] &= ~(0xff >> (source % 8))
        }
        var data = [0, family, source, 0] + address
        switch Int.random(in: 0..<12, using: &random) {
        case 0: data.removeLast()
        case 1: data.append(0)
        case 2: data[3] = 1
        case 3: data[0] = 1
        default: break
        }
        return data
    }
}
