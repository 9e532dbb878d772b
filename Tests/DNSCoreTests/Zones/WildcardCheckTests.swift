// Wildcards that do less than people expect.

import DNSCore
import TestSupport
import Testing

@Suite struct WildcardCheckTests {
    /// The findings for lines from line 3 on.
    private func findings(_ lines: String...) throws -> [String] {
        try zoneFindings(zoneTop + lines.map { $0 + "\n" }.joined())
    }

    @Test func notTheFirstLabel() throws {
        #expect(
            try findings("a.*.w 60 A 192.0.2.1", "a.*.w 60 TXT x", "b.a.*.w 60 TXT x") == [
                "db:3: warning: a.*.w.example.org. answers for itself alone: * is a wildcard only as the first label "
                    + "(RFC 4592 §2.1.1); write each name that it should stand for"
            ])
        #expect(try findings("*.w 60 A 192.0.2.1", "**.w 60 A 192.0.2.1", "a.x* 60 A 192.0.2.1") == [])
        #expect(try zoneFindings(zoneTop + "a 60 A 192.0.2.1\n", origin: "*.example.org") == [])
    }

    @Test func nameServersAndRedirections() throws {
        #expect(
            try findings("*.w 60 NS ns.test.", "*.v 60 DNAME d.test.") == [
                "db:3: warning: *.w.example.org. has an NS record, which resolvers understand in different ways "
                    + "(RFC 4592 §4.2); write each name that it should stand for",
                "db:4: warning: *.v.example.org. has a DNAME record, which resolvers understand in different ways "
                    + "(RFC 4592 §4.4); write each name that it should stand for",
            ])
        #expect(try findings("*.w 60 MX 1 mail.test.", "*.v 60 CNAME d.test.") == [])
    }

    @Test(arguments: ["A 192.0.2.1", "AAAA 2001:db8::1", "POOL web", "CNAME a.test."])
    func hidden(_ data: String) throws {
        #expect(
            try findings("* 60 \(data)", "www 60 TXT x") == [
                "db:3: warning: *.example.org. gives no address to www.example.org., because other data or names below "
                    + "exist there (RFC 4592 §2.2.1); give it an A, AAAA or CNAME of its own if it should have an address"
            ])
    }

    @Test func manyHiddenNames() throws {
        #expect(
            try findings(
                "_acme-challenge.www 60 TXT x", "* 60 A 192.0.2.1", "a 60 TXT x", "b.b 60 AAAA ::1", "c 60 TXT x")
                == [
                    "db:4: warning: *.example.org. gives no address to www.example.org., a.example.org., b.example.org. "
                        + "and 1 more, because other data or names below exist there (RFC 4592 §2.2.1); "
                        + "give each an A, AAAA or CNAME of its own if it should have an address"
                ])
    }

    @Test(arguments: [
        "www 60 A 192.0.2.9", "www 60 AAAA ::9", "www 60 CNAME x.test.", "www 60 POOL web", "www 60 NS ns.test.",
        "www 60 DNAME x.test.", "_dmarc 60 TXT x", "_sip._tcp 60 SRV 0 0 5 h.test.", "@ 60 TXT x", "x.y.a 60 AAAA ::1",
    ])
    func notHidden(_ line: String) throws {
        #expect(try findings("* 60 A 192.0.2.1", "a 60 A 192.0.2.2", "y.a 60 A 192.0.2.3", line) == [])
    }

    @Test func wildcardsWithoutAddressesHideNone() throws {
        #expect(try findings("* 60 MX 1 m.test.", "www 60 TXT x", "a.b 60 TXT x") == [])
        #expect(try findings("*.w 60 A 192.0.2.1", "www 60 TXT x") == [], "beside it only")
    }
}
