// Where names in answers are cut short (RFC 1035 §4.1.4), and where they must not be (RFC 3597 §4, RFC 2782).

import DNSCore
import TestSupport
import Testing

@Suite struct CompressionTests {
    private let world: TestWorld

    init() throws {
        world = try TestWorld(
            zone: """
                $TTL 60
                @ SOA ns host 1 2 3 4 5
                @ NS ns
                @ NS ns.other.test.
                ns A 192.0.2.1
                m MX 10 mail
                c CNAME mail
                p PTR mail
                minfo MINFO mail other.test.
                mail A 192.0.2.2
                s SRV 0 5 11112 mail
                rp RP mail .
                kx KX 1 mail
                u TYPE65280 \\# 6 046d61696c00
                top CNAME @
                sub NS ns.sub
                ns.sub A 192.0.2.3
                """)
    }

    private func data(_ name: String, _ type: String) throws -> [[UInt8]] {
        let octets = world.answer(try QueryPacket(name, type).octets)
        return try MessageWalker(octets).answer.map { Array(octets[$0.data]) }
    }

    /// Labels, and what follows them: the root or a pointer.
    private func name(_ labels: String..., then end: [UInt8] = [0]) -> [UInt8] {
        var octets: [UInt8] = []
        for label in labels { octets += [UInt8(label.utf8.count)] + Array(label.utf8) }
        return octets + end
    }

    @Test func namesUnderTheApexPointAtIt() throws {
        let apex: [UInt8] = [0xc0, 12]
        var soa = name("ns", then: apex) + name("host", then: apex)
        for number in UInt8(1)...5 { soa += [0, 0, 0, number] }
        #expect(try data("example.org", "SOA") == [soa])
        #expect(try data("example.org", "NS") == [name("ns", then: apex), name("ns", "other", "test")])
        // `m` takes two octets.
        #expect(try data("m.example.org", "MX") == [[0, 10] + name("mail", then: [0xc0, 14])])
        #expect(try data("c.example.org", "CNAME") == [name("mail", then: [0xc0, 14])])
        #expect(try data("p.example.org", "PTR") == [name("mail", then: [0xc0, 14])])
        #expect(try data("top.example.org", "CNAME") == [[0xc0, 16]])
        let minfo = name("mail", then: [0xc0, 18]) + name("other", "test")
        #expect(try data("minfo.example.org", "MINFO") == [minfo])
    }

    /// Names of a set point at its owner, and at names of its earlier records.
    @Test func namesPointAtWhatIsThere() throws {
        let world = try TestWorld(
            zone: """
                $TTL 60
                @ SOA ns host.ns 1 2 3 4 5
                @ NS ns
                ns A 192.0.2.1
                cut NS a.cut
                cut NS b.a.cut
                cut NS x.provider.test.
                cut NS y.provider.test.
                cut NS Z.Provider.test.
                *.w MX 1 mail.*.w
                *.w MX 2 mail.*.w
                """)
        let cut = world.answer(try QueryPacket("host.cut.example.org", "A").octets)
        let servers = try MessageWalker(cut).sections[1].map { Array(cut[$0.data]) }
        // The owner is `cut` in the question's name, at octet 17; the first server's name at 50.
        #expect(servers.count == 5)
        #expect(servers[0] == name("a", then: [0xc0, 17]))
        #expect(servers[1] == name("b", then: [0xc0, 50]))
        #expect(servers[2] == name("x", "provider", "test"))
        #expect(servers[3] == name("y", then: [0xc0, 84]))
        // Letters are as written, so only `test` is the same.
        #expect(servers[4] == name("Z", "Provider", then: [0xc0, 93]))
        // A wildcard's owner is another in each answer.
        let mail = world.answer(try QueryPacket("host.w.example.org", "MX").octets)
        let exchanges = try MessageWalker(mail).answer.map {
            try DomainName.read(mail.span, at: $0.data.lowerBound + 2).0
        }
        #expect(exchanges.map(\.description) == ["mail.*.w.example.org.", "mail.*.w.example.org."])
        let soa = world.answer(try QueryPacket("nothing.example.org", "A").octets)
        let message = try #require(LDNSMessage(soa))
        #expect(message.authority == ["example.org. 5 IN SOA ns.example.org. host.ns.example.org. 1 2 3 4 5"])
    }

    @Test func otherTypesAreNotCompressed() throws {
        let mail = name("mail", "example", "org")
        #expect(try data("s.example.org", "SRV") == [[0, 0, 0, 5, 0x2b, 0x68] + mail])
        #expect(try data("rp.example.org", "RP") == [mail + [0]])
        #expect(try data("kx.example.org", "KX") == [[0, 1] + mail])
        #expect(try data("u.example.org", "TYPE65280") == [name("mail")])
    }

    @Test func sizesAreThoseCountedByHand() throws {
        // Header, question, then: pointer, 10 octets and RDATA for each record.
        let size = { (name: String, type: String) in world.answer(try QueryPacket(name, type).octets).count }
        #expect(try size("example.org", "SOA") == 12 + 17 + 12 + 5 + 7 + 20)
        #expect(try size("example.org", "NS") == 12 + 17 + 12 + 5 + 12 + 15 + 16)
        #expect(try size("m.example.org", "MX") == 12 + 19 + 12 + 9 + 16)
        #expect(try size("c.example.org", "A") == 12 + 19 + 12 + 7 + 16)
        #expect(try size("x.sub.example.org", "A") == 12 + 23 + 12 + 5 + 16)
        #expect(try size("none.example.org", "A") == 12 + 22 + 12 + 5 + 7 + 20)
    }

    /// `MessageWalker` reads names with a reader that refuses any other pointer; here also every owner is one.
    @Test func ownersArePointersBackwards() throws {
        for (name, type) in [
            ("example.org", "NS"), ("m.example.org", "MX"), ("c.example.org", "A"), ("x.sub.example.org", "A"),
        ] {
            let octets = world.answer(try QueryPacket(name, type).octets)
            let walked = try MessageWalker(octets)
            for record in walked.sections.joined() {
                let owner = record.data.lowerBound - 12
                #expect(octets[owner] >= 0xc0 && walked.integer(owner) & 0x3fff < owner)
            }
        }
    }

    /// A pointer has 14 bits: addresses of hosts that are named further on do not go along.
    @Test func pointersReachNoFurtherThanTheyCan() throws {
        let world = try TestWorld(
            zone: """
                $TTL 60
                @ SOA ns host 1 2 3 4 5
                @ NS ns
                $GENERATE 1000-1999 m MX 1 h$
                $GENERATE 1000-1999 h$ A 192.0.2.1
                """)
        let octets = world.answer(try QueryPacket("m.example.org", "MX").octets, over: .tcp)
        let walked = try MessageWalker(octets)
        #expect(walked.answer.count == 1000 && octets[2] & 0x02 == 0)
        // 31 octets of header and question, then 12 + 2 + 6 + 2 octets a record, the name after 14 of them.
        #expect(walked.sections[2].count == (0x4000 - 31 - 14 + 21) / 22)
        #expect(LDNSMessage(octets)?.answer.count == 1000)
        let names = try (1000..<1000 + walked.sections[2].count).map { try DomainName("h\($0).example.org") }
        #expect(walked.sections[2].map(\.owner) == names)
    }
}
