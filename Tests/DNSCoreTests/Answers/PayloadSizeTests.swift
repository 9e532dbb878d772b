// How long an answer over UDP may be: what the client takes, but 512 octets at least and no more than the server wants
// to send (RFC 6891 §6.2.3 to §6.2.5). To the octet.

import DNSCore
import TestSupport
import Testing

@Suite struct PayloadSizeTests {
    /// A TXT record that makes the answer, with OPT, so many octets long.
    private func zone(_ sizes: [Int]) -> String {
        var text = "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\n"
        for size in sizes {
            // Header, question of `t1234`, owner and fixed fields of the record, OPT.
            var left = size - 12 - (6 + 13 + 4) - 12 - 11
            text += "t\(size) TXT"
            while left > 0 {
                // A string takes an octet more than its length; none may be left over that is no string.
                let length = left > 256 && left < 258 ? 200 : min(left, 256)
                text += " " + String(repeating: "x", count: length - 1)
                left -= length
            }
            text += "\n"
        }
        return text
    }

    @Test(arguments: [512, 1232, 4096]) func isKeptToTheOctet(_ maximum: Int) throws {
        let cases: [(asked: UInt16?, limit: Int)] = [
            (0, 512), (100, 512), (512, 512), (1000, min(1000, maximum)), (1232, min(1232, maximum)),
            (4000, min(4000, maximum)), (65_535, maximum),
        ]
        let zone = try makeZone(
            zone(Set(cases.flatMap { [$0.limit, $0.limit + 1] }.map { max(1000, $0) }).sorted()), origin: "example.org")
        let world = TestWorld([zone], settings: AnswerSettings(maximumPayload: maximum))
        for (asked, limit) in cases where limit >= 1000 {
            for size in [limit, limit + 1] {
                let packet = try QueryPacket("t\(size).example.org", "TXT", edns: asked.map { .init(size: $0) }).octets
                let answer = world.answer(packet)
                let message = try #require(LDNSMessage(answer))
                #expect(message.flags.contains("tc") == (size > limit), "\(size) octets where \(limit) may be")
                #expect(message.answer.count == (size > limit ? 0 : 1))
                #expect(answer.count == (size > limit ? 12 + 23 + 11 : size))
                #expect(message.edns == "\(maximum)")
                #expect(world.answer(packet, over: .tcp).count == size)
            }
        }
    }

    /// Without OPT 512 octets; with it 11 of them are OPT's.
    @Test func smallAnswers() throws {
        let label = { (count: Int) in String(repeating: "t", count: count) }
        // `ttt…` of so many octets, of which the answer takes 12 + (n + 14 + 4) + 12 + 401.
        let zone = try makeZone(
            "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\n"
                + (40...63).map {
                    "\(label($0)) TXT \(String(repeating: "x", count: 200)) \(String(repeating: "y", count: 199))\n"
                }
                .joined(), origin: "example.org")
        let world = TestWorld([zone])
        for count in 40...63 {
            let size = 12 + (count + 14 + 4) + 12 + 401
            let name = "\(label(count)).example.org"
            let plain = world.answer(try QueryPacket(name, "TXT").octets)
            #expect((plain.count == size) == (size <= 512) && (plain[2] & 0x02 != 0) == (size > 512))
            let extended = world.answer(try QueryPacket(name, "TXT", edns: .init(size: 512)).octets)
            #expect(
                (extended.count == size + 11) == (size + 11 <= 512) && (extended[2] & 0x02 != 0) == (size + 11 > 512))
        }
    }
}
