// What a zone must not contain: each finding in full, with its line.

import DNSCore
import TestSupport
import Testing

@Suite struct ZoneCheckTests {
    private let top = zoneTop

    @Test func aGoodZoneHasNone() throws { #expect(try zoneFindings(top + "www 60 POOL web\n") == []) }

    @Test func theTop() throws {
        #expect(
            try zoneFindings("@ 60 NS ns.test.\n") == [
                "db: error: the zone example.org. has no SOA; begin it with `@ IN SOA ns1 hostmaster 1 7200 900 1209600 30`"
            ])
        #expect(
            try zoneFindings("@ 60 SOA ns h 1 2 3 4 5\n") == [
                "db: error: the zone example.org. has no NS at its top; add `@ IN NS ns1`"
            ])
        #expect(
            try zoneFindings(top + "@ 60 SOA ns h 2 2 3 4 5\n") == [
                "db:3: error: the zone has another SOA in line 1; keep one of them"
            ])
        #expect(
            try zoneFindings(top + "sub 60 SOA ns h 1 2 3 4 5\n") == [
                "db:3: error: SOA stands only at the top of its zone; remove it or give sub.example.org. its own file"
            ])
        #expect(
            try zoneFindings("") == [
                "db: error: the zone example.org. has no SOA; begin it with `@ IN SOA ns1 hostmaster 1 7200 900 1209600 30`",
                "db: error: the zone example.org. has no NS at its top; add `@ IN NS ns1`",
            ])
    }

    /// RFC 3597's form gets past the reader only if it is whole, and no query types get into a zone.
    @Test(arguments: [
        "@ 60 SOA \\# 2 0000", "a 60 CNAME \\# 3 010203", "a 60 MX \\# 2 0001", "a 60 SRV \\# 6 000000000000",
        "a 60 TYPE0 \\# 0", "a 60 TYPE255 \\# 0", "a 60 TYPE41 \\# 0", "a 60 TYPE250 \\# 0",
    ])
    func dataThatIsNotWhole(_ line: String) throws {
        let findings = try readTestZone(top + line + "\n", origin: "example.org").findings
        #expect(findings.map(\.line) == [3] && findings.first?.severity == .error)
    }

    @Test func outOfZone() throws {
        #expect(
            try zoneFindings(top + "www.example.net. 60 A 192.0.2.1\n") == [
                "db:3: error: www.example.net. is outside the zone example.org.; move it to its own zone's file"
            ])
        #expect(
            try zoneFindings(top + "org. 60 A 192.0.2.1\nxexample.org. 60 A 192.0.2.1\n") == [
                "db:3: error: org. is outside the zone example.org.; move it to its own zone's file",
                "db:4: error: xexample.org. is outside the zone example.org.; move it to its own zone's file",
            ])
    }

    @Test func besideCNAME() throws {
        #expect(
            try zoneFindings(top + "a 60 CNAME b.test.\na 60 A 192.0.2.1\n") == [
                "db:4: error: a.example.org. has a CNAME in line 3, and nothing may stand beside it (RFC 1034 §3.6.2); "
                    + "move this A record to the name that it points at"
            ])
        #expect(
            try zoneFindings(top + "a 60 CNAME b.test.\na 60 CNAME c.test.\n") == [
                "db:4: error: a.example.org. has another CNAME in line 3; keep one of them, or make a pool of both"
            ])
        #expect(
            try zoneFindings(top + "@ 60 CNAME b.test.\n").contains(
                "db:1: error: example.org. has a CNAME in line 3, and nothing may stand beside it (RFC 1034 §3.6.2); "
                    + "move this SOA record to the name that it points at"))
        #expect(try zoneFindings(top + "a 60 CNAME b.test.\na 60 NSEC c A\n") == [])
        #expect(
            try zoneFindings(top + "a 60 CNAME b.test.\na 60 CNAME b.test.\n") == [
                "db:4: warning: the same record is in line 3 already; remove one"
            ])
        #expect(
            try zoneFindings(top + "a 60 DNAME b\na 60 DNAME c\n") == [
                "db:4: error: a.example.org. has another DNAME, and may have one only (RFC 6672 §2.4); remove one"
            ])
    }

    @Test func warnings() throws {
        #expect(
            try zoneFindings(top + "a 60 A 192.0.2.1\na 30 A 192.0.2.2\n") == [
                "db:3: warning: the A records of a.example.org. have different TTLs; 30 is used for all, write it here too"
            ])
        #expect(
            try zoneFindings(top + "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nA 60 A 192.0.2.1\n") == [
                "db:5: warning: the same record is in line 3 already; remove one"
            ])
        let world = try TestWorld(zone: top + "a 60 A 192.0.2.1\na 30 A 192.0.2.2\na 30 A 192.0.2.2\n")
        #expect(
            try world.ask("a.example.org", "A").answer == [
                "a.example.org. 30 IN A 192.0.2.1", "a.example.org. 30 IN A 192.0.2.2",
            ])
    }

    @Test func pools() throws {
        #expect(
            try zoneFindings(top + "www 60 POOL wep\n") == [
                "db:3: error: there is no pool \"wep\" in triagedns.yaml; write one of hosts, web, or add it under `pools:`"
            ])
        #expect(
            try zoneFindings(top + "www 60 POOL web\n", pools: []) == [
                "db:3: error: there is no pool \"web\" in triagedns.yaml; write it there under `pools:`"
            ])
        #expect(try zoneFindings(top + "www 60 POOL wep\n", pools: nil) == [])
        #expect(
            try zoneFindings(top + "www 60 POOL web\nwww 60 POOL hosts\n") == [
                "db:4: error: www.example.org. has another POOL in line 3; a name has one pool, put all targets in it"
            ])
        #expect(
            try zoneFindings(top + "www 60 POOL web\nwww 60 A 192.0.2.1\nwww 60 AAAA ::1\nwww 60 TXT \"fine\"\n") == [
                "db:4: error: www.example.org. has a POOL, which gives its addresses; "
                    + "remove this record or make it a target of the pool",
                "db:5: error: www.example.org. has a POOL, which gives its addresses; "
                    + "remove this record or make it a target of the pool",
            ])
        #expect(
            try zoneFindings(top + "sub 60 POOL web\nsub 60 NS ns.test.\n") == [
                "db:4: error: sub.example.org. is delegated, so its POOL would never be answered; remove one of them"
            ])
        #expect(
            try zoneFindings(top + "www 60 POOL hosts\nwww 60 TXT \"x\"\n") == [
                "db:4: error: www.example.org. answers with a CNAME to one of its pool's hosts, and beside a CNAME "
                    + "nothing may stand (RFC 1034 §3.6.2); move this TXT record to another name"
            ])
        #expect(
            try zoneFindings(top + "@ 60 POOL hosts\n").last
                == "db:3: error: a pool of host names answers with CNAME, which cannot stand at the top of a zone; "
                + "write flatten: true in the pool, or give its targets addresses")
    }

    @Test func setsThatNoMessageHolds() throws {
        let text = { (count: Int) in
            top + "$TTL 60\n" + (0..<count).map { "big A 10.0.\($0 >> 8).\($0 & 255)\n" }.joined()
        }
        // 16 octets a record.
        let most = (65_535 - 12 - 255 - 4 - 11) / 16
        #expect(try zoneFindings(text(most)) == [])
        #expect(
            try zoneFindings(text(most + 1)) == [
                "db:4: error: the A records of big.example.org. take more than 64 KB; remove some"
            ])
        let message = try TestWorld(zone: text(most)).ask("big.example.org", "A", over: .tcp)
        #expect(message.answer.count == most && message.flags == ["qr", "aa"])
    }
}
