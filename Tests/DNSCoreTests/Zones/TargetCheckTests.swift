// Names that records point at: missing ones, aliases, hosts without address, addresses written as names.

import DNSCore
import TestSupport
import Testing

@Suite struct TargetCheckTests {
    /// The findings for lines from line 3 on.
    private func findings(_ lines: String...) throws -> [String] {
        try zoneFindings(zoneTop + lines.map { $0 + "\n" }.joined())
    }

    @Test(arguments: [
        "@ 60 NS gone", "@ 60 MX 10 gone", "@ 60 SRV 0 0 5 gone", "@ 60 HTTPS 1 gone", "@ 60 SVCB 0 gone",
    ])
    func missing(_ line: String) throws {
        let type = line.split(separator: " ")[2]
        #expect(
            try findings("a 60 A 192.0.2.1", line) == [
                "db:4: warning: gone.example.org., which this \(type) names, does not exist in the zone; "
                    + "add its A or AAAA record, or correct the name"
            ])
        #expect(try findings("gone 60 A 192.0.2.1", line) == [])
        #expect(try findings("gone 60 AAAA 2001:db8::1", line) == [])
        #expect(try findings("gone 60 POOL web", line) == [])
        #expect(try findings("* 60 A 192.0.2.1", line) == [])
        #expect(try findings("gone 60 NS ns.test.", line) == [], "the child's to say")
        #expect(try findings(line.replacing("gone", with: "gone.example.net.")) == [])
    }

    @Test func aliasOfNothing() throws {
        #expect(
            try findings("www 60 CNAME Gone") == [
                "db:3: warning: Gone.example.org., which this CNAME names, does not exist in the zone; "
                    + "add it, or correct the name"
            ])
        #expect(try findings("www 60 CNAME text", "text 60 TXT x") == [])
        #expect(try findings("www 60 CNAME a", "a 60 CNAME b.test.") == [])
        #expect(try findings("d 60 DNAME b.test.", "www 60 CNAME x.d") == [])
    }

    @Test func aliases() throws {
        let alias = "mail 60 CNAME Web.test."
        for (line, type, rule) in [
            ("@ 60 NS mail", "NS", "RFC 2181 §10.3"), ("@ 60 MX 1 mail", "MX", "RFC 2181 §10.3"),
            ("_s._tcp 60 SRV 0 0 5 mail", "SRV", "RFC 2782"),
        ] {
            #expect(
                try findings(alias, line) == [
                    "db:4: warning: mail.example.org., which this \(type) names, is a CNAME in line 3, "
                        + "but \(type) must name a host itself (\(rule)); write Web.test. instead"
                ])
        }
        #expect(try findings(alias, "@ 60 HTTPS 1 mail", "@ 60 SVCB 0 mail") == [], "RFC 9460 §3 follows aliases")
        #expect(
            try findings("mail 60 POOL hosts", "@ 60 MX 1 mail") == [
                "db:4: warning: mail.example.org., which this MX names, has a pool of host names and so answers with CNAME, "
                    + "but MX must name a host itself (RFC 2181 §10.3); "
                    + "give the pool's targets addresses, or name another host"
            ])
        #expect(
            try findings("d 60 DNAME b.test.", "@ 60 MX 1 mail.d") == [
                "db:4: warning: mail.d.example.org., which this MX names, lies below the DNAME of d.example.org. and so is "
                    + "an alias, but MX must name a host itself (RFC 2181 §10.3); name another host"
            ])
        #expect(
            try findings("*.w 60 CNAME b.test.", "@ 60 MX 1 mail.w") == [
                "db:4: warning: mail.w.example.org., which this MX names, is a CNAME in line 3, "
                    + "but MX must name a host itself (RFC 2181 §10.3); write b.test. instead"
            ])
    }

    @Test func hostsWithoutAddress() throws {
        let warning = { (line: Int, type: String, name: String) in
            "db:\(line): warning: \(name).example.org., which this \(type) names, has no A or AAAA record; "
                + "add one, or name another host"
        }
        #expect(try findings("mail 60 TXT x", "@ 60 MX 1 mail") == [warning(4, "MX", "mail")])
        #expect(try findings("a.mail 60 TXT x", "@ 60 NS mail") == [warning(4, "NS", "mail")])
        #expect(try findings("mail 60 TXT x", "@ 60 HTTPS 1 mail") == [warning(4, "HTTPS", "mail")])
        #expect(try findings("svc 60 HTTPS 1 .", "@ 60 HTTPS 0 svc") == [], "an alias for other HTTPS records")
    }

    @Test func noService() throws {
        #expect(try findings("@ 60 MX 0 .", "_s._tcp 60 SRV 0 0 0 .", "@ 60 HTTPS 1 .") == [])
        let root = "@ 60 SOA ns. h. 1 2 3 4 5\n@ 60 NS ns.\nns. 60 A 192.0.2.1\n"
        #expect(try zoneFindings(root + "a. 60 MX 0 .\n", origin: ".") == [])
    }

    @Test func addressesWrittenAsNames() throws {
        #expect(
            try findings("@ 60 NS 192.0.2.1", "@ 60 MX 1 192.0.2.1.", "_s._tcp 60 SRV 0 0 5 192.0.2.1") == [
                "db:3: warning: 192.0.2.1 is an address, and NS takes a name; "
                    + "write `ns1 A 192.0.2.1`, and name ns1 here",
                "db:4: warning: 192.0.2.1 is an address, and MX takes a name; "
                    + "write `mail A 192.0.2.1`, and name mail here",
                "db:5: warning: 192.0.2.1 is an address, and SRV takes a name; "
                    + "write `host A 192.0.2.1`, and name host here",
            ])
        #expect(
            try findings("www 60 CNAME 192.0.2.1", "v6 60 CNAME 2001:db8::1", "* 60 A 192.0.2.2") == [
                "db:3: warning: 192.0.2.1 is an address, and CNAME takes a name; write A 192.0.2.1 instead",
                "db:4: warning: 2001:db8::1 is an address, and CNAME takes a name; write AAAA 2001:db8::1 instead",
            ])
        #expect(try findings("@ 60 NS 192.0.2.1.test.", "www 60 CNAME 1.2.3", "1.2.3 60 A 192.0.2.1") == [])
        #expect(
            try zoneFindings(zoneTop + "1.2.3.4 60 CNAME 5.6.7.8\n5.6.7.8 60 PTR h.test.\n", origin: "10.in-addr.arpa")
                == [])
    }

    @Test func recordsThatAreNeverAnsweredPointWhereTheyLike() throws {
        #expect(
            try findings("sub 60 NS ns.test.", "a.sub 60 MX 1 gone").map { $0.contains("gone") } == [false])
    }

    /// What was not read cannot be missed.
    @Test func saysNothingBesideOtherErrors() throws {
        let broken = zoneTop + "@ 60 MX 1 mail\nmail 60 A 192.0.2.300\n"
        #expect(try readTestZone(broken, origin: "example.org").findings.map(\.line) == [4])
        #expect(try zoneFindings(zoneTop + "@ 60 MX 1 web\nweb 60 POOL web\n", pools: nil) == [])
    }

    @Test func tellsAHundredAndCountsTheRest() throws {
        let lines = (0..<250).map { "a\($0) 60 MX 1 gone\n" }.joined()
        let findings = try zoneFindings(zoneTop + lines + "sub 60 NS ns.sub\n")
        #expect(findings.count == 102)
        #expect(findings.filter { $0.contains("RFC 9471") }.count == 1, "many of one kind do not hide another")
        #expect(
            findings.last
                == "db:103: warning: … and 150 more records that point at the wrong name, the first of them here")
    }
}
