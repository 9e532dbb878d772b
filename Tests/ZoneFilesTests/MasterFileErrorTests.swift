// Every message about a master file, word for word, with its line.

import DNSCore
import Foundation
import Testing

@Suite struct MasterFileErrorTests {
    private static let hint = "an unassigned type is written TYPE123 \\# length hex"

    /// Text after a first line `$TTL 60`, and what must be said of it.
    private static let table: [(String, [String])] = [
        ("a AAAAA ::1", ["2: error: unknown record type \"AAAAA\"; did you mean AAAA? \(hint)"]),
        ("a POOLS x", ["2: error: unknown record type \"POOLS\"; did you mean POOL? \(hint)"]),
        ("a QQQQQQQQ ::1", ["2: error: unknown record type \"QQQQQQQQ\"; \(hint)"]),
        ("a TYPE65536 x", ["2: error: unknown record type \"TYPE65536\"; \(hint)"]),
        ("a TYPE65280 x", ["2: error: data of TYPE65280 must be written \\# length hex"]),
        ("a ANY x", ["2: error: ANY is for queries and messages only; remove this record"]),
        ("a AXFR x", ["2: error: AXFR is for queries and messages only; remove this record"]),
        ("a TSIG x", ["2: error: TSIG is for queries and messages only; remove this record"]),
        ("a OPT x", ["2: error: OPT is for queries and messages only; remove this record"]),
        ("a TYPE128 \\# 0", ["2: error: TYPE128 is for queries and messages only; remove this record"]),
        ("a", ["2: error: the record has no type; write: name [TTL] [IN] type data"]),
        ("a 5 IN", ["2: error: the record has no type; write: name [TTL] [IN] type data"]),
        ("a CH A 192.0.2.1", ["2: error: class CH is not served; write IN, or no class"]),
        ("a CLASS3 A 192.0.2.1", ["2: error: class CLASS3 is not served; write IN, or no class"]),
        (
            "a 5x A 192.0.2.1",
            ["2: error: \"5x\" is neither a time to live nor a type; write seconds such as 300, or 1h30m"]
        ),
        (
            "a 2147483648 A 192.0.2.1",
            ["2: error: the time to live 2147483648 is too large; write at most 2147483647 seconds"]
        ),
        (
            "a A 192.0.2.256",
            ["2: error: \"192.0.2.256\" is not an IPv4 address; write four numbers up to 255, such as 192.0.2.1"]
        ),
        (
            "a A 192.0.2",
            ["2: error: \"192.0.2\" is not an IPv4 address; write four numbers up to 255, such as 192.0.2.1"]
        ),
        (
            "a A 192.0.2.01",
            ["2: error: \"192.0.2.01\" is not an IPv4 address; write four numbers up to 255, such as 192.0.2.1"]
        ),
        ("a AAAA 2001:db8", ["2: error: \"2001:db8\" is not an IPv6 address; write one such as 2001:db8::1"]),
        ("a AAAA 192.0.2.1", ["2: error: \"192.0.2.1\" is not an IPv6 address; write one such as 2001:db8::1"]),
        ("a A", ["2: error: the record ends too early; write A address"]),
        ("a A 192.0.2.1 192.0.2.2", ["2: error: \"192.0.2.2\" is too much here; write A address"]),
        ("a MX 10", ["2: error: the record ends too early; write MX preference name"]),
        ("a MX b", ["2: error: \"b\" is not a number from 0 to 65535; write MX preference name"]),
        ("a MX 70000 b", ["2: error: \"70000\" is not a number from 0 to 65535; write MX preference name"]),
        ("a MX -1 b", ["2: error: \"-1\" is not a number from 0 to 65535; write MX preference name"]),
        ("a SRV 0 0 b", ["2: error: \"b\" is not a number from 0 to 65535; write SRV priority weight port target"]),
        ("a CNAME b c", ["2: error: \"c\" is too much here; write CNAME name"]),
        ("a CNAME \"b\"", ["2: error: \"b\" is not a name; write it without quotes"]),
        ("a CNAME b..c", ["2: error: \"b..c\" is not a name: the name has an empty label (two dots in a row)"]),
        ("a MX 1 b..c", ["2: error: \"b..c\" is not a name: the name has an empty label (two dots in a row)"]),
        ("\"a\" A 192.0.2.1", ["2: error: \"a\" is not a name; write it without quotes"]),
        (
            "a..b A 192.0.2.1\n  A 192.0.2.2",
            ["2: error: \"a..b\" is not a name: the name has an empty label (two dots in a row)"]
        ),
        (
            String(repeating: "a", count: 64) + " A 192.0.2.1",
            ["2: error: \"\(String(repeating: "a", count: 60))…\" is not a name: a label is longer than 63 octets"]
        ),
        (
            String(repeating: "aaa.", count: 61) + "b A 192.0.2.1",
            ["2: error: \"\(String(repeating: "aaa.", count: 15))…\" is not a name: the name is longer than 255 octets"]
        ),
        (
            "a SOA b c 99999999999 1 1 1 1",
            [
                "2: error: \"99999999999\" is not a number from 0 to 4294967295; "
                    + "write SOA primary mailbox serial refresh retry expire minimum"
            ]
        ),
        ("a SOA b c 1 x 1 1 1", ["2: error: \"x\" is not a time; write seconds such as 3600, or 1h30m"]),
        ("a DS 1 8 2 ABC", ["2: error: \"ABC\" is not hexadecimal; write pairs of 0-9 and a-f"]),
        ("a DNSKEY 257 3 13 a*b", ["2: error: \"a*b\" is not base64; write A-Z a-z 0-9 + / ="]),
        ("a NSEC b A FOO", ["2: error: unknown record type \"FOO\"; \(hint)"]),
        (
            "a TXT \"\(String(repeating: "x", count: 256))\"",
            ["2: error: a string is longer than 255 octets; split it into several quoted strings"]
        ),
        (
            "a LOC here",
            [
                "2: error: the data is not valid for LOC (Syntax error, could not parse the RR's rdata); "
                    + "write LOC latitude longitude altitude"
            ]
        ),
        ("a A \\# 3 010203", ["2: error: the octets are not valid data of A; correct them"]),
        ("a NS \\# 2 c000", ["2: error: the octets are not valid data of NS; correct them"]),
        ("a A \\# 4 0a00000", ["2: error: \\# 4 needs 8 hexadecimal digits, but 7 follow; correct either"]),
        ("a A \\# 4 0a00zz01", ["2: error: \"0a00zz01\" is not hexadecimal; write pairs of 0-9 and a-f"]),
        ("a A \\# x", ["2: error: after \\# comes the length of the data, 0 to 65535; write \\# 4 0a000001"]),
        ("a POOL", ["2: error: the pool's name is missing; write POOL and the name of a pool in triagedns.yaml"]),
        ("a POOL b.c", ["2: error: \"b.c\" is not a pool name; write at most 63 of A-Z a-z 0-9 - and _"]),
        (
            "a POOL b A",
            [
                "2: error: \"A\" is too much here; write POOL b, POOL b SRV port, or "
                    + "POOL b HTTPS priority target parameters"
            ]
        ),
        ("a POOL b SRV", ["2: error: the port is missing; write POOL b SRV 11112"]),
        (
            "a POOL b SRV 0",
            [
                "2: error: \"0\" is not a port from 1 to 65535; write POOL b SRV 11112 "
                    + "(priorities, weights and names are the targets')"
            ]
        ),
        ("a POOL b SRV 1 c", ["2: error: \"c\" is too much here; write POOL b SRV 1"]),
        (
            "a POOL b HTTPS 0 .",
            [
                "2: error: priority 0 makes an alias, which carries no addresses (RFC 9460 §2.4.2); "
                    + "write POOL b HTTPS 1 . alpn=h2"
            ]
        ),
        (
            "a POOL b HTTPS 1 . ipv4hint=192.0.2.1",
            [
                "2: error: ipv4hint and ipv6hint are the pool's to give, and nobody must insist on them; "
                    + "write POOL b HTTPS 1 . alpn=h2, without them"
            ]
        ),
        (
            "a POOL b SVCB 1 . mandatory=ipv6hint ipv6hint=::1",
            [
                "2: error: ipv4hint and ipv6hint are the pool's to give, and nobody must insist on them; "
                    + "write POOL b SVCB 1 . alpn=h2, without them"
            ]
        ),
        ("a POOL b SVCB 1", ["2: error: the record ends too early; write SVCB priority target parameters"]),
        (
            "  A 192.0.2.1",
            [
                "2: error: a line that starts with a blank repeats the owner name before it, but there is none yet; "
                    + "write @ for the zone's own name"
            ]
        ),
        (
            "a TXT \"b\nc A 192.0.2.1",
            ["2: error: the quoted string is not closed; write \" at its end, on the same line"]
        ),
        (
            "a TXT ( b\n\"c\n)\nd X",
            [
                "3: error: the quoted string is not closed; write \" at its end, on the same line",
                "5: error: unknown record type \"X\"; \(hint)",
            ]
        ),
        (
            "a A 192.0.2.1\nb A (\n192.0.2.1\n",
            ["3: error: the parenthesis opened here is never closed; add ) at the end of the record"]
        ),
        ("a A 192.0.2.1 )", ["2: error: this ) has no ( before it; remove it, or open the record with ("]),
        ("a\\", ["2: error: a backslash at the end of the line; write \\\\ for a backslash itself"]),
        ("a\\25 A 192.0.2.1", ["2: error: a backslash before a digit must be followed by three digits up to 255"]),
        ("a\\256 A 192.0.2.1", ["2: error: a backslash before a digit must be followed by three digits up to 255"]),
        (
            "a\u{0} A 192.0.2.1",
            ["2: error: a NUL octet; this does not look like a text file, write \\000 if it is meant"]
        ),
        ("a\u{7} A 192.0.2.1", ["2: error: a control character; write \\007 if it is meant"]),
        (
            "a TXT \"\(String(repeating: "x", count: 70_000))\"\nb X",
            [
                "2: error: the line is longer than 65536 octets; split the record into several",
                "3: error: unknown record type \"X\"; \(hint)",
            ]
        ),
        (
            "$FOO",
            [
                "2: error: unknown directive \"$FOO\"; there are $ORIGIN, $TTL, $INCLUDE and $GENERATE, "
                    + "and a name that starts with a dollar sign is written \\$"
            ]
        ),
        ("$ORIGIN", ["2: error: $ORIGIN needs a name; write $ORIGIN example.org."]),
        ("$ORIGIN a b", ["2: error: \"b\" is too much here; write $ORIGIN example.org."]),
        ("$ORIGIN a..b", ["2: error: \"a..b\" is not a name: the name has an empty label (two dots in a row)"]),
        ("$TTL", ["2: error: $TTL needs a time; write $TTL 300"]),
        ("$TTL 1 2", ["2: error: \"2\" is too much here; write $TTL 300"]),
        ("$TTL 2147483648", ["2: error: the time to live 2147483648 is too large; write at most 2147483647 seconds"]),
        ("$INCLUDE", ["2: error: $INCLUDE needs a file; write $INCLUDE file [origin]"]),
        ("$INCLUDE db.zone", ["2: error: db.zone includes itself"]),
        ("$GENERATE 1", ["2: error: $GENERATE needs a range such as 1-100 or 0-254/2, the smaller number first"]),
        (
            "$GENERATE 5-1 a A 192.0.2.1",
            ["2: error: $GENERATE needs a range such as 1-100 or 0-254/2, the smaller number first"]
        ),
        (
            "$GENERATE 1-2/0 a A 192.0.2.1",
            ["2: error: $GENERATE needs a range such as 1-100 or 0-254/2, the smaller number first"]
        ),
        (
            "$GENERATE 1-5",
            ["2: error: $GENERATE needs a record after the range; write $GENERATE 1-9 host$ A 192.0.2.$"]
        ),
        (
            "$GENERATE 1-1000001 a$ A 192.0.2.1",
            ["2: error: $GENERATE would make 1000001 records, the limit is 1000000; split it"]
        ),
        (
            "$GENERATE 254-300 a$ A 192.0.2.$",
            [
                "2: error: at 256 of $GENERATE: \"192.0.2.256\" is not an IPv4 address; write four numbers up to 255, such as 192.0.2.1"
            ]
        ),
        (
            "$GENERATE 1-2 a${0,1,z} A 192.0.2.1",
            [
                "2: error: at 1 of $GENERATE: ${ must be followed by offset,width,base}; write ${0,3,d}, the base one of d o x X n N"
            ]
        ),
        (
            "www.example.org A 192.0.2.1",
            [
                "2: warning: \"www.example.org\" is completed to end in the zone's name twice; "
                    + "did you mean \"www.example.org.\", with a dot at the end?"
            ]
        ),
        (
            "@ MX 1 mail.example.org",
            [
                "2: warning: \"mail.example.org\" is completed to end in the zone's name twice; "
                    + "did you mean \"mail.example.org.\", with a dot at the end?"
            ]
        ),
        (
            "@ NS ns1.EXAMPLE.org",
            [
                "2: warning: \"ns1.EXAMPLE.org\" is completed to end in the zone's name twice; "
                    + "did you mean \"ns1.EXAMPLE.org.\", with a dot at the end?"
            ]
        ),
    ]

    @Test(arguments: Self.table) func says(_ text: String, _ messages: [String]) throws {
        let outcome = try readZone("$TTL 60\n\(text)")
        #expect(outcome.messages == messages.map { "db.zone:" + $0 })
    }

    @Test func doesNotWarnOfNamesThatOnlyLookAlike() throws {
        let outcome = try readZone("$TTL 60\nwwwexample.org A 192.0.2.1\nb CNAME www.example.org.example.org.")
        #expect(outcome.messages == [])
    }

    @Test func saysOnceThatThereIsNoTimeToLive() throws {
        let outcome = try readZone("a A 192.0.2.1\nb A 192.0.2.2")
        #expect(
            outcome.messages == [
                "db.zone:1: error: the record has no time to live; write $TTL 300 at the top of the file"
            ])
    }

    @Test func namesTheMissingFileAtTheInclude() throws {
        let outcome = try readZone("$TTL 60\n$INCLUDE no/such.file\na A 192.0.2.1")
        #expect(outcome.records.count == 1)
        #expect(outcome.findings.count == 1)
        #expect(outcome.findings.first?.line == 2)
        #expect(outcome.messages.first?.hasPrefix("db.zone:2: error: cannot read /") == true)
        #expect(outcome.messages.first?.hasSuffix("/no/such.file: there is no such file") == true)
    }

    @Test func namesTheFileThatAnErrorIsIn() throws {
        let outcome = try readZone("$TTL 60\n$INCLUDE sub/a\nb X", others: ["sub/a": "\na X"])
        #expect(
            outcome.messages == [
                "sub/a:2: error: unknown record type \"X\"; \(Self.hint)",
                "db.zone:3: error: unknown record type \"X\"; \(Self.hint)",
            ])
    }

    @Test func limitsTheDepthOfIncludes() throws {
        var others: [String: String] = [:]
        for depth in 1...20 { others["f\(depth)"] = "$INCLUDE f\(depth + 1)" }
        let outcome = try readZone("$INCLUDE f1", others: others)
        #expect(
            outcome.messages == [
                "f16:1: error: files include files more than 16 deep; include f17 from a file further out"
            ])
    }

    @Test func refusesToIncludeInACircle() throws {
        let outcome = try readZone("$INCLUDE a", others: ["a": "$INCLUDE b", "b": "$INCLUDE ./a"])
        #expect(outcome.messages == ["b:1: error: ./a includes itself"])
    }

    @Test func stopsAfterAHundredErrors() throws {
        let outcome = try readZone("$TTL 60\n" + String(repeating: "a X\n", count: 250))
        #expect(outcome.findings.count == 101)
        #expect(outcome.messages.last == "db.zone:102: error: … and 150 more errors, the first of them here")
    }
}
