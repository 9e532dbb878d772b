// Repeated records and times to live.

import DNSCore
import TestSupport
import Testing

@Suite struct SetCheckTests {
    @Test(arguments: [
        ("NS a.test.", "NS A.Test."), ("CNAME a.test.", "CNAME A.test."), ("PTR a.test.", "PTR A.test."),
        ("MX 65 a.test.", "MX 65 A.test."), ("SRV 1 2 3 a.test.", "SRV 1 2 3 A.test."),
        ("DNAME a.test.", "DNAME A.test."),
        ("RP a.test. b.test.", "RP A.test. B.test."), ("MINFO a.test. b.test.", "MINFO A.test. B.test."),
        ("AFSDB 1 a.test.", "AFSDB 1 A.test."), ("KX 1 a.test.", "KX 1 A.test."), ("PX 1 a. b.", "PX 1 A. B."),
        ("NAPTR 1 2 \"s\" \"X\" \"\" a.test.", "NAPTR 1 2 \"s\" \"X\" \"\" A.test."),
        ("TXT \"x\"", "TXT \"x\""), ("A 192.0.2.1", "A 192.0.2.1"),
    ])
    func sameRecords(_ first: String, _ second: String) throws {
        #expect(
            try zoneFindings(zoneTop + "a 60 \(first)\na 60 \(second)\n").filter { !$0.contains("delegated") } == [
                "db:4: warning: the same record is in line 3 already; remove one"
            ])
    }

    @Test(arguments: [
        ("TXT \"x\"", "TXT \"X\""), ("MX 65 a.test.", "MX 97 a.test."), ("HTTPS 1 a.test.", "HTTPS 1 A.test."),
        ("NAPTR 1 2 \"s\" \"X\" \"\" a.test.", "NAPTR 1 2 \"s\" \"x\" \"\" a.test."),
        ("A 65.65.65.65", "A 97.97.97.97"),
        ("TYPE65280 \\# 3 014100", "TYPE65280 \\# 3 016100"), ("CAA 0 issue \"A\"", "CAA 0 issue \"a\""),
    ])
    func differentRecords(_ first: String, _ second: String) throws {
        #expect(try zoneFindings(zoneTop + "a 60 \(first)\na 60 \(second)\n") == [])
    }

    @Test func repetitionsInLargeSets() throws {
        let lines = (0..<20).map { "a 60 MX \($0) m\($0).test.\n" }.joined()
        #expect(
            try zoneFindings(zoneTop + lines + "a 60 MX 7 M7.test.\na 60 MX 7 m8.test.\n") == [
                "db:23: warning: the same record is in line 10 already; remove one"
            ])
        let world = try TestWorld(zone: zoneTop + "a 60 MX 1 B.test.\na 60 MX 1 b.test.\na 60 MX 2 c.test.\n")
        #expect(try world.data("a.example.org", "MX") == ["1 B.test.", "2 c.test."])
    }

    @Test func timesOfPools() throws {
        let top = { (timeToLive: Int, minimum: Int) in
            "@ \(timeToLive) SOA ns h 1 2 3 4 \(minimum)\n@ 60 NS ns.test.\n"
        }
        #expect(
            try zoneFindings(top(3600, 900) + "www 60 POOL web\n") == [
                "db:1: warning: resolvers remember for 900 s that a name or type does not exist (RFC 2308 §5), also where a "
                    + "pool had no address to give; write 300 or less as the last number of the SOA"
            ])
        #expect(try zoneFindings(top(3600, 900) + "www 60 A 192.0.2.1\n") == [])
        #expect(try zoneFindings(top(3600, 300) + "www 60 POOL web\n") == [])
        #expect(try zoneFindings(top(300, 86400) + "www 60 POOL web\n") == [], "the lower of the two counts")
        #expect(
            try zoneFindings(zoneTop + "www 301 POOL web\n") == [
                "db:3: warning: the POOL of www.example.org. has a TTL of 301 s, for which clients may go on using a target "
                    + "that has failed; write a TTL of 300 or less before POOL, such as 30"
            ])
        #expect(try zoneFindings(zoneTop + "www 300 POOL web\na 3600 A 192.0.2.1\n") == [])
    }
}
