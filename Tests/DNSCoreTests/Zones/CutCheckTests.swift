// Delegations without glue, and records that are never answered.

import DNSCore
import TestSupport
import Testing

@Suite struct CutCheckTests {
    /// The findings for lines from line 3 on.
    private func findings(_ lines: String...) throws -> [String] {
        try zoneFindings(zoneTop + lines.map { $0 + "\n" }.joined())
    }

    @Test func missingGlue() throws {
        let alone =
            "db:3: warning: ns.sub.example.org. lies within the delegation of sub.example.org. and has no address here, "
            + "so nothing in sub.example.org. can ever be found (RFC 9471); add `ns.sub.example.org. A` and its address"
        #expect(try findings("sub 60 NS ns.sub") == [alone])
        #expect(
            try findings("sub 60 NS ns.sub", "sub 60 NS ns.test.") == [
                "db:3: warning: ns.sub.example.org. lies within the delegation of sub.example.org. and has no address here, "
                    + "so it cannot be found (RFC 9471); add `ns.sub.example.org. A` and its address"
            ])
        #expect(
            try findings("sub 60 NS sub") == [
                "db:3: warning: sub.example.org. lies within the delegation of sub.example.org. and has no address here, "
                    + "so nothing in sub.example.org. can ever be found (RFC 9471); add `sub.example.org. A` and its address"
            ])
        #expect(try findings("sub 60 NS ns.sub", "*.sub 60 A 192.0.2.1").first == unreachable("*.sub", line: 4))
        #expect(try findings("sub 60 NS ns.sub", "*.sub 60 A 192.0.2.1").last == alone, "a wildcard is no glue")
        #expect(try findings("sub 60 NS ns.sub", "ns.sub 60 A 192.0.2.1") == [])
        #expect(try findings("sub 60 NS NS.Sub", "ns.sub 60 AAAA 2001:db8::1") == [])
        #expect(try findings("sub 60 NS sub", "sub 60 A 192.0.2.1") == [])
        #expect(try findings("sub 60 NS ns.subs", "subs 60 NS ns.test.") == [], "a sibling may know better")
    }

    private func unreachable(_ name: String, _ type: String = "A", line: Int, cut: String = "sub") -> String {
        "db:\(line): warning: \(name).example.org. lies below the delegation of \(cut).example.org. in line 3, "
            + "so this \(type) record is never answered; move it to the zone \(cut).example.org., or remove it"
    }

    @Test func belowACut() throws {
        #expect(
            try findings("sub 60 NS ns.sub", "ns.sub 60 A 192.0.2.1", "ns.sub 60 TXT x", "www.sub 60 A 192.0.2.2")
                == [unreachable("ns.sub", "TXT", line: 5), unreachable("www.sub", line: 6)])
        #expect(
            try findings("sub 60 NS ns.test.", "a.sub 60 NS ns.a.sub", "ns.a.sub 60 A 192.0.2.1") == [
                unreachable("a.sub", "NS", line: 4), unreachable("ns.a.sub", line: 5),
            ])
        #expect(
            try findings(
                "sub 60 NS ns.test.", "b 60 NS ns.sub", "@ 60 NS ns2.sub", "ns.sub 60 A 192.0.2.1",
                "ns2.sub 60 AAAA ::1"
            )
            .filter { $0.contains("ns.sub") } == [], "addresses of name servers elsewhere are of use")
        #expect(try findings("sub 60 NS ns.test.", "subs 60 A 192.0.2.1", "a.b 60 TXT x") == [])
    }

    @Test func atACut() throws {
        #expect(
            try findings("sub 60 NS ns.test.", "sub 60 TXT x", "sub 60 A 192.0.2.1") == [
                "db:5: warning: sub.example.org. is delegated, so this A record is never answered; "
                    + "move it to the zone sub.example.org., or remove it",
                "db:4: warning: sub.example.org. is delegated, so this TXT record is never answered; "
                    + "move it to the zone sub.example.org., or remove it",
            ])
        #expect(try findings("sub 60 NS ns.test.", "sub 60 DS 1 8 2 \(String(repeating: "ab", count: 32))") == [])
        #expect(try findings("@ 60 TXT x", "@ 60 A 192.0.2.1") == [], "the top is no cut")
    }

    @Test func belowADNAME() throws {
        #expect(
            try findings("d 60 DNAME e.test.", "x.d 60 A 192.0.2.1", "d 60 TXT x") == [
                "db:4: warning: x.d.example.org. lies below the DNAME of d.example.org. in line 3, so this A record is "
                    + "never answered (RFC 6672 §2.4); remove it, or the DNAME"
            ])
    }

    @Test func poolsThatNobodyReaches() throws {
        #expect(
            try findings("sub 60 NS ns.test.", "a.sub 60 POOL web") == [
                "db:4: error: a.sub.example.org. lies below the delegation of sub.example.org. in line 3, so its POOL would "
                    + "never be answered; move it to the zone sub.example.org., or remove it"
            ])
        #expect(
            try findings("d 60 DNAME e.test.", "x.d 60 POOL web") == [
                "db:4: error: x.d.example.org. lies below the DNAME of d.example.org. in line 3, so its POOL would never be "
                    + "answered (RFC 6672 §2.4); remove it, or the DNAME"
            ])
        #expect(try findings("d 60 DNAME e.test.", "d 60 POOL web") == [], "a DNAME speaks for names below only")
    }
}
