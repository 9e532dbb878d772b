// What well-formed master files mean: RFC 1035 §5, RFC 2308 §4, RFC 3597 §5.

import DNSCore
import Foundation
import Testing

@Suite struct MasterFileTests {
    /// RFC 1035 §5.3, with the time to live that the section leaves to the reader, and its include file.
    @Test func readsTheExampleOfRFC1035() throws {
        let main = """
            $TTL 3600
            @   IN  SOA     VENERA      Action\\.domains (
                                             20     ; SERIAL
                                             7200   ; REFRESH
                                             600    ; RETRY
                                             3600000; EXPIRE
                                             60)    ; MINIMUM

                    NS      A.ISI.EDU.
                    NS      VENERA
                    NS      VAXA
                    MX      10      VENERA
                    MX      20      VAXA

            A       A       26.3.0.103

            VENERA  A       10.1.0.52
                    A       128.9.0.32

            VAXA    A       10.2.0.27
                    A       128.9.0.33


            $INCLUDE <SUBSYS>ISI-MAILBOXES.TXT
            """
        let included = """
            MOE     MB      A.ISI.EDU.
            LARRY   MB      A.ISI.EDU.
            CURLEY  MB      A.ISI.EDU.
            STOOGES MG      MOE
                    MG      LARRY
                    MG      CURLEY
            """
        let outcome = try readZone(main, origin: "ISI.EDU", others: ["<SUBSYS>ISI-MAILBOXES.TXT": included])
        #expect(outcome.messages == [])
        #expect(outcome.records.count == 17)
        #expect(
            outcome.lines[0]
                == "ISI.EDU. 3600 6 0656454e4552410349534903454455000e416374696f6e2e646f6d61696e730349534903454455"
                + "000000001400001c20000002580036ee800000003c")
        #expect(outcome.lines[4] == "ISI.EDU. 3600 15 000a0656454e455241034953490345445500")
        #expect(outcome.lines[8] == "VENERA.ISI.EDU. 3600 1 80090020")
        #expect(outcome.lines[16] == "STOOGES.ISI.EDU. 3600 8 064355524c4559034953490345445500")
        #expect(outcome.records.map(\.line).prefix(3) == [2, 9, 10])
        #expect(outcome.records[11].file == 1)
        #expect(outcome.files == ["db.zone", "<SUBSYS>ISI-MAILBOXES.TXT"])
    }

    /// Each line read on its own after `$TTL 60`: what the reader must hand over.
    @Test(arguments: [
        ("@ A 192.0.2.1", "example.org. 60 1 c0000201"),
        ("@ 5 IN A 192.0.2.1", "example.org. 5 1 c0000201"),
        ("@ IN 5 A 192.0.2.1", "example.org. 5 1 c0000201"),
        ("@ in a 192.0.2.1", "example.org. 60 1 c0000201"),
        ("@ CLASS1 TYPE1 192.0.2.1", "example.org. 60 1 c0000201"),
        ("www 1h30m A 192.0.2.1", "www.example.org. 5400 1 c0000201"),
        ("www.example.com. 1w2d A 0.0.0.255", "www.example.com. 777600 1 000000ff"),
        (". NS a.", ". 60 2 016100"),
        ("WwW\tA\t192.0.2.1\t; a comment", "WwW.example.org. 60 1 c0000201"),
        ("a\\.b A 192.0.2.1", "a\\.b.example.org. 60 1 c0000201"),
        ("a\\032b A 192.0.2.1", "a\\032b.example.org. 60 1 c0000201"),
        ("\\@ A 192.0.2.1", "\\@.example.org. 60 1 c0000201"),
        ("\\$TTL A 192.0.2.1", "\\$TTL.example.org. 60 1 c0000201"),
        ("*.a A 192.0.2.1", "*.a.example.org. 60 1 c0000201"),
        ("ä A 192.0.2.1", "\\195\\164.example.org. 60 1 c0000201"),
        ("a (\n A ; one\n ( 192.0.2.1 ) ) ; two", "a.example.org. 60 1 c0000201"),
        ("a CNAME @", "a.example.org. 60 5 076578616d706c65036f726700"),
        ("a CNAME \\@", "a.example.org. 60 5 0140076578616d706c65036f726700"),
        ("a MX 10 b", "a.example.org. 60 15 000a0162076578616d706c65036f726700"),
        ("a TXT \"b;c\" \"(d)\" e", "a.example.org. 60 16 03623b630328642901" + "65"),
        ("a TXT \"b\"\"c\"", "a.example.org. 60 16 01620163"),
        ("a TXT \"\\\"\\\\\\195\\;\ttab\"", "a.example.org. 60 16 08225cc33b09746162"),
        ("a TXT \"x\\\\\"", "a.example.org. 60 16 02785c"),
        ("a TXT b\\ c", "a.example.org. 60 16 03622063"),
        ("a TXT (\"b\"\n\"c\")", "a.example.org. 60 16 01620163"),
        ("a TXT \"\"", "a.example.org. 60 16 00"),
        ("a CAA 0 issue letsencrypt.org", "a.example.org. 60 257 000569737375656c657473656e63727970742e6f7267"),
        ("a CAA 0 issue \";\"", "a.example.org. 60 257 000569737375653b"),
        ("a HTTPS 1 . alpn=\"h2,h3\" port=443", "a.example.org. 60 65 000100000100060268320268330003000201bb"),
        ("a AAAA 2001:db8::1", "a.example.org. 60 28 20010db8000000000000000000000001"),
        ("a TYPE65280 \\# 4 0a000001", "a.example.org. 60 65280 0a000001"),
        ("a TYPE65280 \\# 4 ( 0a00\n 00 01 )", "a.example.org. 60 65280 0a000001"),
        ("a TYPE65280 \\# 0", "a.example.org. 60 65280 "),
        ("a A \\# 4 0A000001", "a.example.org. 60 1 0a000001"),
        ("a MX \\# 5 000a016200", "a.example.org. 60 15 000a016200"),
    ]) func readsOneRecord(_ text: String, _ expected: String) throws {
        let outcome = try readZone("$TTL 60\n\(text)\n")
        #expect(outcome.messages == [])
        #expect(outcome.lines == [expected])
        let withCarriageReturns = try readZone("$TTL 60\n\(text)".replacing("\n", with: "\r\n"))
        #expect(withCarriageReturns.messages == [])
        #expect(withCarriageReturns.lines == [expected])
    }

    @Test func skipsByteOrderMarkAndEmptyLines() throws {
        let outcome = try readZone("\u{feff}$TTL 60\n\n   \n;x\n (\n)\nA A 192.0.2.1")
        #expect(outcome.messages == [])
        #expect(outcome.lines == ["A.example.org. 60 1 c0000201"])
        #expect(outcome.records.first?.line == 7)
    }

    @Test func repeatsTheOwnerAcrossDirectivesAndPools() throws {
        let outcome = try readZone(
            """
            $TTL 60
            a A 192.0.2.1
            $ORIGIN sub.example.org.
              A 192.0.2.2
            b 30 IN POOL web-1
              A 192.0.2.3
              POOL two
            """)
        #expect(outcome.messages == [])
        #expect(outcome.owners == ["a.example.org.", "a.example.org.", "b.sub.example.org."])
        #expect(
            outcome.pools == [
                .init(owner: "b.sub.example.org.", timeToLive: 30, pool: "web-1", line: 5),
                .init(owner: "b.sub.example.org.", timeToLive: 60, pool: "two", line: 7),
            ])
    }

    @Test func takesTheLastExplicitTimeToLiveWithoutDirective() throws {
        let outcome = try readZone(
            "a 7 A 192.0.2.1\nb A 192.0.2.2\n$TTL 9\nc A 192.0.2.3\nd 8 A 192.0.2.4\ne A 192.0.2.5")
        #expect(outcome.messages == [])
        #expect(outcome.records.map(\.timeToLive) == [7, 7, 9, 8, 9])
    }

    @Test func completesRelativeOrigins() throws {
        let outcome = try readZone("$TTL 1\n$ORIGIN b\n$ORIGIN a\n@ A 192.0.2.1\n$ORIGIN .\nx NS y")
        #expect(outcome.messages == [])
        #expect(outcome.lines == ["a.b.example.org. 1 1 c0000201", "x. 1 2 017900"])
    }

    @Test func restoresOriginAndOwnerAfterInclude() throws {
        let outcome = try readZone(
            """
            $TTL 60
            a A 192.0.2.1
            $INCLUDE sub/one.inc deep
              A 192.0.2.4
            b A 192.0.2.5
            """,
            others: [
                "sub/one.inc": "@ A 192.0.2.2\n$INCLUDE \"two.inc\"\n$ORIGIN elsewhere.\nx A 192.0.2.9",
                "sub/two.inc": "y A 192.0.2.3",
            ])
        #expect(outcome.messages == [])
        #expect(
            outcome.owners == [
                "a.example.org.", "deep.example.org.", "y.deep.example.org.", "x.elsewhere.", "a.example.org.",
                "b.example.org.",
            ])
        #expect(outcome.files == ["db.zone", "sub/one.inc", "sub/two.inc"])
        #expect(outcome.records.map(\.file) == [0, 1, 2, 1, 0, 0])
        #expect(outcome.records.map(\.line) == [2, 1, 1, 4, 4, 5])
    }

    @Test(arguments: [
        (
            "1-3 h$ A 192.0.2.$",
            ["h1.example.org. 60 1 c0000201", "h2.example.org. 60 1 c0000202", "h3.example.org. 60 1 c0000203"]
        ),
        (
            "0-4/2 h$ 5 IN A 192.0.2.$",
            ["h0.example.org. 5 1 c0000200", "h2.example.org. 5 1 c0000202", "h4.example.org. 5 1 c0000204"]
        ),
        ("7-7 h${0,3} A 192.0.2.${1}", ["h007.example.org. 60 1 c0000208"]),
        ("8-8 h${-3,2,d} A 192.0.2.1", ["h05.example.org. 60 1 c0000201"]),
        ("8-8 h${0,3,o} A 192.0.2.1", ["h010.example.org. 60 1 c0000201"]),
        ("171-171 h${0,0,x}-${0,4,X} A 192.0.2.1", ["hab-00AB.example.org. 60 1 c0000201"]),
        ("171-171 ${0,0,n} A 192.0.2.1", ["b.a.example.org. 60 1 c0000201"]),
        ("171-171 ${0,7,N} A 192.0.2.1", ["B.A.0.0.example.org. 60 1 c0000201"]),
        ("1-1 a$$b\\$c A 192.0.2.1", ["a\\$b\\$c.example.org. 60 1 c0000201"]),
        ("1-1 $ TXT \"a $ b\"", ["1.example.org. 60 16 0561203120" + "62"]),
        ("1-1 $ CNAME $.0-63", ["1.example.org. 60 5 013104302d3633076578616d706c65036f726700"]),
    ]) func generates(_ text: String, _ expected: [String]) throws {
        let outcome = try readZone("$TTL 60\n$GENERATE \(text)")
        #expect(outcome.messages == [])
        #expect(outcome.lines == expected)
    }

    @Test func generatesPools() throws {
        let outcome = try readZone("$GENERATE 1-2 p$ 30 POOL web$")
        #expect(outcome.messages == [])
        #expect(outcome.pools.map(\.pool) == ["web1", "web2"])
    }
}
