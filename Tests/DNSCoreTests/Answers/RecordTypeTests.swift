// Every record type that libldns knows: what goes into a zone file comes out of the answer, as libldns re-reads it.

import DNSCore
import TestSupport
import Testing

@Suite struct RecordTypeTests {
    /// Examples of the data of each type, with absolute names.
    static let examples: [(String, String)] = [
        ("A", "192.0.2.1"), ("NS", "ns1.x.test."), ("MD", "a.example.org."), ("MF", "a.b."),
        ("CNAME", "b.example.com."),
        ("MB", "a.example.org."), ("MG", "a."), ("MR", "A.Example.ORG."), ("NULL", "\\# 3 010203"),
        ("WKS", "192.0.2.1 tcp 25 80"), ("PTR", "a.example.org."), ("HINFO", "\"PC\" \"Linux\""),
        ("MINFO", "a.example.org. b.example.org."), ("MX", "10 mail.example.org."),
        ("TXT", "\"one\" \"two\" \"th;ree\""),
        ("RP", "a.example.org. b.example.org."), ("AFSDB", "1 a.example.org."), ("X25", "\"311061700956\""),
        ("ISDN", "\"150862028003217\" \"004\""), ("RT", "2 a.example.org."),
        ("NSAP", "0x47000580005a0000000001e133ffffff00016100"), ("NSAP-PTR", "a.example.org."),
        ("SIG", "A 8 2 300 20300101000000 20250101000000 12345 example.org. AQID"), ("KEY", "256 3 8 AQIDBA=="),
        ("PX", "10 a.example.org. b.example.org."), ("GPOS", "\"-32.6882\" \"116.8652\" \"10.0\""),
        ("AAAA", "2001:db8::1"), ("LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"),
        ("NXT", "\\# 3 000140"), ("EID", "0102"), ("NIMLOC", "0102"), ("SRV", "0 5 11112 pacs.example.org."),
        ("ATMA", "\\# 3 010203"), ("NAPTR", "100 10 \"U\" \"E2U+sip\" \"!^.*$!sip:a@b!\" a.example.org."),
        ("KX", "1 a.example.org."), ("CERT", "PKIX 1 8 AQID"), ("A6", "\\# 1 00"), ("DNAME", "a.example.org."),
        ("SINK", "\\# 1 01"), ("APL", "1:192.0.2.0/24 !2:2001:db8::/32"),
        ("DS", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"), ("SSHFP", "1 1 aabbcc"),
        ("IPSECKEY", "10 1 2 192.0.2.38 AQNR"),
        ("RRSIG", "A 8 2 300 20300101000000 20250101000000 12345 example.org. AQID"),
        ("NSEC", "a.example.org. A MX RRSIG NSEC TYPE1234"), ("DNSKEY", "257 3 13 AwEAAaBB"),
        ("DHCID", "AAIBY2/AuCccgoJbsaxcQc9T"),
        ("NSEC3", "1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG"), ("NSEC3PARAM", "1 0 10 -"),
        ("TLSA", "3 1 1 aabbccdd"), ("SMIMEA", "3 1 1 aabbccdd"),
        ("HIP", "2 200100107B1A74DF365639CC39F1D578 AwEAAbdx"), ("TALINK", "a.example.org. b.example.org."),
        ("CDS", "60485 5 1 aabb"), ("CDNSKEY", "257 3 13 AwEA"), ("OPENPGPKEY", "AwEA"), ("CSYNC", "66 3 A NS AAAA"),
        ("ZONEMD", "2018031500 1 1 aabbccddaabbccddaabbccdd"),
        ("SVCB", "1 svc.example.org. alpn=h2 port=8443 ipv4hint=192.0.2.1"), ("HTTPS", "1 . alpn=\"h2,h3\""),
        ("SPF", "\"v=spf1 -all\""), ("NID", "10 0014:4fff:ff20:ee64"), ("L32", "10 10.1.2.0"),
        ("L64", "10 2001:0DB8:1140:1000"), ("LP", "10 a.example.org."), ("EUI48", "00-00-5e-00-53-2a"),
        ("EUI64", "00-00-5e-ef-10-00-00-2a"), ("URI", "10 1 \"ftp://a/b\""), ("CAA", "0 issue \"ca.example\""),
        ("DLV", "60485 5 1 aabb"), ("TYPE65280", "\\# 4 01020304"), ("TYPE65281", "\\# 0"),
    ]

    /// A type that a newer libldns brings must get an example.
    @Test func everyTypeHasAnExample() {
        #expect(Set(typesKnownToLDNS).subtracting(Self.examples.map(\.0)) == ["SOA"])
    }

    @Test func comeBackAsWritten() throws {
        var text = "$TTL 60\n@ SOA ns.x.test. h.x.test. 1 2 3 4 5\n@ NS ns.x.test.\n"
        for (type, data) in Self.examples where type != "NS" {
            text += "t-\(type) \(type) \(data)\n*.w-\(type) \(type) \(data)\n"
        }
        let world = try TestWorld(zone: text)
        for (type, data) in Self.examples where type != "NS" {
            for name in ["t-\(type).example.org.", "any.w-\(type).example.org."] {
                // `example.org` in data takes the question's spelling; so ask in that of the data.
                let expected = try #require(normalized("\(name) 60 IN \(type) \(data)"), "\(type)")
                for transport in [Transport.udp, .tcp] {
                    let answer = try world.ask(name, type, over: transport).answer
                    #expect(answer.first?.lowercased() == expected.lowercased(), "\(type)")
                    #expect(answer.count == 1)
                }
            }
        }
    }
}
