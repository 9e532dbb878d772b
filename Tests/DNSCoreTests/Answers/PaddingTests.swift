// RFC 7830 and RFC 8467 §4.1: over TLS, answers to padded queries have lengths of multiples of 468 octets.

import DNSCore
import TestSupport
import Testing

@Suite struct PaddingTests {
    @Test func answersOverTLS() throws {
        let world = try TestWorld(
            zone: """
                $TTL 60
                @ SOA ns h 1 2 3 4 5
                @ NS ns
                ns A 192.0.2.1
                $GENERATE 1-60 n$.big A 10.0.0.$
                $GENERATE 1-200 all A 10.0.0.$
                """)
        for name in ["ns", "all", "nothing", "a.b.c.nothing"] {
            var packet = try QueryPacket("\(name).example.org", "A", edns: .init(size: 1232))
            let plain = world.answer(packet.octets, over: .tls)
            #expect(plain == world.answer(packet.octets, over: .tcp))
            packet.edns?.options = [.init(12, [0, 0, 0])]
            let padded = world.answer(packet.octets, over: .tls)
            #expect(padded.count % 468 == 0 && padded.count - plain.count < 468 + 4)
            let options = try #require(try MessageWalker(padded).options)
            #expect(options.map(\.code) == [12] && options[0].data.allSatisfy { $0 == 0 })
            #expect(world.answer(packet.octets, over: .tcp) == plain)
        }
    }
}
