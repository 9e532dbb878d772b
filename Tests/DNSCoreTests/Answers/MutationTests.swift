// Mutated queries over a zone with every feature: whatever comes in, what goes out is a well-formed answer to it.

import DNSCore
import TestSupport
import Testing

@Suite struct MutationTests {
    static let zone = """
        $TTL 300
        @ SOA ns hostmaster 1 7200 900 1209600 60
        @ NS ns
        @ NS ns.sub
        @ POOL four
        @ MX 10 mail
        ns A 192.0.2.1
        ns AAAA 2001:db8::1
        mail POOL both
        mail TXT "beside"
        weighted POOL weighted
        hosts POOL hosts
        *.wild POOL both
        *.wildhost POOL hosts
        *.star CNAME mail
        *.mx MX 5 ns
        a CNAME b
        b CNAME c.deep.er
        c.deep.er CNAME hosts
        loop CNAME loop
        sub NS ns.sub
        sub DS 1 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
        ns.sub A 192.0.2.2
        deep.sub NS ns.deep.sub
        _dicom._tcp SRV 0 5 11112 ns
        u TYPE65280 \\# 4 01020304
        $GENERATE 1-60 big A 198.51.100.$
        a\\.b TXT "dot"
        dname DNAME wild
        away DNAME a.very.long.name.elsewhere.test.
        """

    static let pools: [PoolDefinition] = {
        let v4 = IPAddress("192.0.2.10")!
        let v6 = IPAddress("2001:db8::10")!
        let targets = (0..<12).map { index in
            TargetDefinition(
                name: "t\(index)", endpoint: .addresses([.v4(0xc000_0220 + UInt32(index)), .v6(1, UInt64(index))]),
                weight: UInt32(index))
        }
        let hosts = ["a", "gone", "mail", "hosts", "elsewhere.test."].map {
            TargetDefinition(
                name: $0,
                endpoint: .host(HostEndpoint((try? DomainName($0, origin: DomainName("example.org"))) ?? .root)))
        }
        return [
            PoolDefinition(
                name: "four", policy: .roundRobin, targets: [TargetDefinition(name: "a", endpoint: .addresses([v4]))]),
            PoolDefinition(
                name: "both", policy: .failover, targets: [TargetDefinition(name: "a", endpoint: .addresses([v4, v6]))]),
            PoolDefinition(name: "weighted", policy: .weighted, answers: 5, targets: targets),
            PoolDefinition(name: "hosts", policy: .roundRobin, targets: hosts),
        ]
    }()

    private static let names = [
        "", "ns.", "mail.", "weighted.", "hosts.", "x.wild.", "x.wildhost.", "x.star.", "y.mx.", "a.", "b.", "deep.er.",
        "loop.", "sub.", "x.sub.", "deep.sub.", "x.deep.sub.", "_dicom._tcp.", "u.", "big.", "a\\.b.", "none.",
        "*.star.", "x.dname.",
        "x.y.away.", "away.",
    ]
    private static let types = [
        "A", "AAAA", "ANY", "CNAME", "MX", "NS", "SOA", "DS", "SRV", "TXT", "TYPE65280", "AXFR",
    ]

    private func seeds() throws -> [[UInt8]] {
        let sizes: [QueryPacket.EDNS?] =
            [nil] + [0, 1232, 65_535].map { .init(size: $0) } + [.init(size: 600, wantsDNSSEC: true)]
        var packets: [[UInt8]] = []
        for name in Self.names {
            for type in Self.types {
                for edns in sizes { packets.append(try QueryPacket("\(name)example.org.", type, edns: edns).octets) }
            }
        }
        return packets
    }

    private func world() throws -> TestWorld { try TestWorld(zone: Self.zone, pools: Self.pools, seed: 11) }

    /// What is true of every answer.
    private func check(_ answer: [UInt8], to packet: [UInt8], _ transport: Transport) throws {
        let mustAnswer = packet.count >= 12 && packet[2] & 0x80 == 0
        try #require(answer.isEmpty != mustAnswer, "\(packet)")
        guard mustAnswer else { return }
        let walked = try MessageWalker(answer)
        try #require(LDNSMessage(answer) != nil, "libldns cannot read \(answer), the answer to \(packet)")
        try #require(answer[2] & 0x80 != 0 && answer[..<2] == packet[..<2])
        try #require(packet[12...].starts(with: answer[12..<walked.questionEnd]))
        if case .udp = transport {
            let opt = walked.sections[2].first { $0.type == 41 }
            try #require(answer.count <= (opt == nil ? 512 : 1232))
        }
    }

    @Test func plainQueries() throws {
        let world = try world()
        for packet in try seeds() {
            for transport in [Transport.udp, .tcp] {
                let answer = world.answer(packet, over: transport)
                try check(answer, to: packet, transport)
                try #require(answer.count > 12)
            }
        }
    }

    @Test func mutations() throws {
        let world = try world()
        let seeds = try seeds()
        var random = RandomSource(seed: 2026)
        for round in 0..<200_000 {
            var packet = seeds[Int.random(in: seeds.indices, using: &random)]
            for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&packet, seeds, &random) }
            let transport: Transport = round & 1 == 0 ? .udp : .tcp
            try check(world.answer(packet, over: transport), to: packet, transport)
        }
    }

    private func mutate(_ packet: inout [UInt8], _ seeds: [[UInt8]], _ random: inout RandomSource) {
        guard !packet.isEmpty else { return }
        let index = Int.random(in: packet.indices, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: packet[index] = UInt8.random(in: .min ... .max, using: &random)
        case 1: packet[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: packet.remove(at: index)
        case 3: packet.insert([0, 1, 3, 63, 64, 0xc0, 0xff][Int.random(in: 0..<7, using: &random)], at: index)
        case 4: packet.removeSubrange(index...)
        case 5: packet += packet[index...]
        default: packet[index...] = seeds[Int.random(in: seeds.indices, using: &random)].dropFirst(index)
        }
    }
}
