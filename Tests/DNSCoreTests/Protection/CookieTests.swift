// DNS cookies: the examples of RFC 9018 Appendix A octet by octet, and what RFC 7873 §5 makes of good and bad ones.

import DNSCore
import TestSupport
import Testing

@Suite struct CookieTests {
    private static let zone = "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n"

    private func world(_ secrets: String..., rateLimit: RateLimit? = nil) throws -> TestWorld {
        let keys = secrets.compactMap { hexadecimal($0).flatMap { CookieSecret($0) } }
        #expect(keys.count == secrets.count)
        return try TestWorld(zone: Self.zone, settings: AnswerSettings(cookieSecrets: keys, rateLimit: rateLimit))
    }

    /// The COOKIE option of the answer to a query with the given one.
    private func exchange(
        _ world: TestWorld, _ cookie: String, at time: UInt32, from client: String, over transport: Transport = .udp
    ) throws -> String? {
        var packet = try QueryPacket("ns.example.org", "A", edns: .init(size: 1232))
        packet.edns?.options = [.init(10, try #require(hexadecimal(cookie)))]
        world.now = time
        let answer = world.answer(packet.octets, over: transport, from: try #require(IPAddress(client)))
        let walked = try MessageWalker(answer)
        #expect(walked.answer.count == 1)
        return walked.options?.first { $0.code == 10 }.map { hexadecimal($0.data) }
    }

    private static let secret = "e5e973e5a6b2a43f48e7dc849e37bfcf"
    private static let client = "2464c4abcf10c957"

    /// RFC 9018 §A.1.
    @Test func learningANewServerCookie() throws {
        let world = try world(Self.secret)
        for transport in [Transport.udp, .tcp] {
            #expect(
                try exchange(world, Self.client, at: 1_559_731_985, from: "198.51.100.100", over: transport)
                    == Self.client + "010000005cf79f111f8130c3eee29480")
        }
    }

    /// RFC 9018 §A.2: the same client half an hour and some minutes later.
    @Test func renewingAServerCookie() throws {
        let old = Self.client + "010000005cf79f111f8130c3eee29480"
        #expect(
            try exchange(world(Self.secret), old, at: 1_559_734_385, from: "198.51.100.100")
                == Self.client + "010000005cf7a871d4a564a1442aca77")
    }

    /// RFC 9018 §A.3: reserved octets that are not zero are part of the hash.
    @Test func anotherClientRenewing() throws {
        let cookie = "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5"
        let answer = try exchange(world(Self.secret), cookie, at: 1_559_727_985, from: "203.0.113.203")
        // It is valid and fresh, so it comes back as it is.
        #expect(answer == cookie)
        #expect(
            try exchange(world(Self.secret), cookie, at: 1_559_734_700, from: "203.0.113.203")
                == "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e")
    }

    /// RFC 9018 §A.4: IPv6, and a secret that has just been replaced.
    @Test func rollingTheSecretOver() throws {
        let cookie = "22681ab97d52c298010000005cf7c57926556bd0934c72f8"
        let world = try world("445536bcd2513298075a5d379663c962", "dd3bdf9344b678b185a6f5cb60fca715")
        #expect(
            try exchange(world, cookie, at: 1_559_741_961, from: "2001:db8:220:1:59de:d0f4:8769:82b8")
                == "22681ab97d52c298010000005cf7c609a6bb79d16625507a")
    }

    /// RFC 9018 §4.3: an hour back and five minutes ahead, across the end of 32 bits too.
    @Test(arguments: [1_559_731_985, 100, UInt32.max - 1000]) func times(_ start: UInt32) throws {
        let world = try world(Self.secret)
        let cookie = try #require(try exchange(world, Self.client, at: start, from: "192.0.2.1"))
        let kept = try [0, 1800].map { try exchange(world, cookie, at: start &+ $0, from: "192.0.2.1") }
        #expect(kept == [cookie, cookie])
        #expect(try exchange(world, cookie, at: start &- 300, from: "192.0.2.1") == cookie)
        for age: UInt32 in [1801, 3601, 0 &- 301] {
            let renewed = try #require(try exchange(world, cookie, at: start &+ age, from: "192.0.2.1"))
            #expect(renewed != cookie && renewed.hasPrefix(Self.client))
        }
    }

    /// What a cookie is worth shows in the answer to a query without a question (RFC 7873 §5.4).
    @Test(arguments: [Transport.udp, .tcp]) func queriesWithoutAQuestion(_ transport: Transport) throws {
        let world = try world(Self.secret, "dd3bdf9344b678b185a6f5cb60fca715")
        let old = try self.world("dd3bdf9344b678b185a6f5cb60fca715")
        let time: UInt32 = 1_700_000_000
        let mine = try #require(try exchange(world, Self.client, at: time, from: "192.0.2.1"))
        let older = try #require(try exchange(old, Self.client, at: time, from: "192.0.2.1"))
        var flipped = mine
        flipped.removeLast()
        flipped += mine.hasSuffix("0") ? "1" : "0"
        let table: [(cookie: String, client: String, time: UInt32, code: Int)] = [
            (Self.client, "192.0.2.1", time, 0), (mine, "192.0.2.1", time, 0), (mine, "192.0.2.1", time + 3600, 0),
            (older, "192.0.2.1", time, 0), (mine, "192.0.2.1", time + 3601, 23), (mine, "192.0.2.1", time - 301, 23),
            (mine, "192.0.2.2", time, 23), (mine, "2001:db8::1", time, 23), (flipped, "192.0.2.1", time, 23),
            (Self.client + "02" + mine.dropFirst(18), "192.0.2.1", time, 23), (mine + "00", "192.0.2.1", time, 23),
            ("ff" + mine.dropFirst(2), "192.0.2.1", time, 23),
        ]
        for (cookie, client, time, code) in table {
            let data = try #require(hexadecimal(cookie))
            let opt = QueryPacket.EDNS(size: 1232)
            var edns = opt
            edns.options = [.init(10, data)]
            world.now = time
            let query = pair(0x77) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 1] + edns.octets
            let answer = world.answer(query, over: transport, from: try #require(IPAddress(client)))
            let walked = try MessageWalker(answer)
            #expect(walked.questionEnd == 12 && walked.answer.isEmpty)
            let upper = Int(try #require(walked.sections[2].first).timeToLive >> 24)
            #expect(upper << 4 | Int(answer[3] & 15) == code, "\(cookie) \(client) \(time)")
            #expect(walked.options?.first?.data.count == 24)
        }
    }

    /// Only the first of several counts (RFC 7873 §5.2).
    @Test func severalCookies() throws {
        let world = try world(Self.secret)
        var packet = try QueryPacket("ns.example.org", "A", edns: .init(size: 1232))
        packet.edns?.options = [.init(10, [1, 1, 1, 1, 1, 1, 1, 1]), .init(10, [2, 2])]
        let walked = try MessageWalker(world.answer(packet.octets))
        #expect(walked.options?.map { Array($0.data.prefix(8)) } == [[1, 1, 1, 1, 1, 1, 1, 1]])
    }

    /// Who has shown that its address is not forged is not limited.
    @Test func areExemptFromTheRateLimit() throws {
        let world = try world(Self.secret, rateLimit: RateLimit(responsesPerSecond: 1, slip: 0))
        let cookie = try #require(try exchange(world, Self.client, at: 1000, from: "192.0.2.1"))
        for _ in 0..<50 { #expect(try exchange(world, cookie, at: 1000, from: "192.0.2.1") == cookie) }
        var packet = try QueryPacket("ns.example.org", "A", edns: .init(size: 1232))
        // Neither a client cookie nor a wrong one shows anything.
        for data in [Array(hexadecimal(cookie)?.prefix(8) ?? []), [UInt8](repeating: 7, count: 24)] {
            packet.edns?.options = [.init(10, data)]
            let client = IPAddress.v4(0xc633_6401)
            _ = world.answer(packet.octets, from: client)
            #expect(world.answer(packet.octets, from: client).isEmpty)
        }
    }
}
