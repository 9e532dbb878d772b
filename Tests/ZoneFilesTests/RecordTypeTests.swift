// Every record type that libldns knows, read through the reader and compared with what libldns itself makes of the line.

import CLDNS
import DNSCore
import Foundation
import Testing
import ZoneFiles

@Suite struct RecordTypeTests {
    /// One or more examples of the data of each type.
    static let examples: [(String, String)] = [
        ("A", "192.0.2.1"), ("NS", "ns1"), ("MD", "a"), ("MF", "a"), ("CNAME", "b.example.com."),
        ("SOA", "ns1 host\\.master 2026010101 2h 15m 2w 300"), ("MB", "a"), ("MG", "a"), ("MR", "a"),
        ("NULL", "\\# 3 010203"), ("WKS", "192.0.2.1 tcp smtp http"), ("PTR", "a"), ("HINFO", "\"PC\" Linux"),
        ("MINFO", "a b"), ("MX", "10 mail"), ("TXT", "\"one\" two \"th;ree\""), ("RP", "a b"), ("AFSDB", "1 a"),
        ("X25", "311061700956"), ("ISDN", "\"150862028003217\" \"004\""), ("RT", "2 a"),
        ("NSAP", "0x47000580005a0000000001e133ffffff00016100"), ("NSAP-PTR", "a"),
        ("SIG", "A 8 2 300 20300101000000 20250101000000 12345 example.org. AQID"), ("KEY", "256 3 8 AQIDBA=="),
        ("PX", "10 a b"), ("GPOS", "-32.6882 116.8652 10.0"), ("AAAA", "2001:db8::1"),
        ("LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"), ("NXT", "\\# 3 000140"),
        ("EID", "0102"), ("NIMLOC", "0102"), ("SRV", "0 5 11112 pacs"), ("ATMA", "\\# 3 010203"),
        ("NAPTR", "100 10 \"U\" \"E2U+sip\" \"!^.*$!sip:a@b!\" ."), ("KX", "1 a"), ("CERT", "PKIX 1 8 AQID"),
        ("A6", "\\# 1 00"), ("DNAME", "a"), ("SINK", "\\# 1 01"), ("APL", "1:192.0.2.0/24 !2:2001:db8::/32"),
        ("APL", ""),
        ("DS", "60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118"), ("SSHFP", "1 1 aabbcc"),
        ("IPSECKEY", "10 1 2 192.0.2.38 AQNR"),
        ("RRSIG", "A 8 2 300 20300101000000 20250101000000 12345 example.org. AQID"),
        ("NSEC", "a A MX RRSIG NSEC TYPE1234"), ("DNSKEY", "257 3 13 AwEA AaBB"), ("DHCID", "AAIBY2/AuCccgoJbsaxcQc9T"),
        ("NSEC3", "1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG"), ("NSEC3PARAM", "1 0 10 -"),
        ("TLSA", "3 1 1 aabbccdd"), ("SMIMEA", "3 1 1 aabbccdd"),
        ("HIP", "2 200100107B1A74DF365639CC39F1D578 AwEAAbdx"), ("TALINK", "a b"), ("CDS", "60485 5 1 aabb"),
        ("CDNSKEY", "257 3 13 AwEA"), ("OPENPGPKEY", "AwEA"), ("CSYNC", "66 3 A NS AAAA"),
        ("ZONEMD", "2018031500 1 1 aabbccddaabbccddaabbccdd"), ("SVCB", "1 svc alpn=h2 port=8443 ipv4hint=192.0.2.1"),
        ("HTTPS", "1 . alpn=\"h2,h3\""), ("SPF", "\"v=spf1 -all\""), ("NID", "10 0014:4fff:ff20:ee64"),
        ("L32", "10 10.1.2.0"), ("L64", "10 2001:0DB8:1140:1000"), ("LP", "10 a"), ("EUI48", "00-00-5e-00-53-2a"),
        ("EUI64", "00-00-5e-ef-10-00-00-2a"), ("URI", "10 1 \"ftp://a/b\""), ("CAA", "0 issue \"ca.example\""),
        ("DLV", "60485 5 1 aabb"),
    ]

    @Test(arguments: Self.examples) func agreesWithLDNS(_ type: String, _ data: String) throws {
        let outcome = try readZone("$TTL 60\na \(type) \(data)\n")
        #expect(outcome.messages == [])
        let record = try #require(outcome.records.first)
        let wire = try #require(ldnsWire("a.example.org. 60 IN \(type) \(data)"))
        // Owner (15 octets), type, class, TTL and length (10 octets) come before the data.
        #expect(record.data == Array(wire.dropFirst(25)))
        #expect(Int(record.type) == Int(wire[15]) << 8 | Int(wire[16]))
    }

    /// A type that a newer libldns brings must get an example above.
    @Test func coversEveryTypeThatLDNSKnows() {
        let covered = Set(Self.examples.map(\.0))
        for number in UInt16(1)...0x8001 {
            guard let descriptor = unsafe ldns_rr_descript(number),
                unsafe descriptor.pointee._type.rawValue == UInt32(number),
                let name = unsafe descriptor.pointee._name, !(128...255).contains(number), number != 41
            else { continue }
            #expect(unsafe covered.contains(String(cString: name)))
        }
    }

    /// Cuts, doubles and replaces octets of valid files: whatever comes out, the reader must return, and hand over only
    /// valid names.
    @Test func survivesMutations() throws {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let lines =
            Self.examples.map { "a \($0) \($1)" } + [
                "$ORIGIN b", "$TTL 1h", "c POOL p", "$GENERATE 1-3 $ A 1.2.3.${1,2,x}",
            ]
        let pieces = Array("()\";\\$@.# \t\n\r09{},-!\u{0}\u{7f}é".utf8)
        for _ in 0..<1_500 {
            var octets = Array("$TTL 60\n".utf8)
            for _ in 0..<8 { octets += Array((lines[next(lines.count)] + "\n").utf8) }
            for _ in 0...next(8) {
                let index = next(octets.count)
                switch next(3) {
                case 0: octets.remove(at: index)
                case 1: octets.insert(pieces[next(pieces.count)], at: index)
                default: octets[index] = UInt8(next(256))
                }
            }
            let outcome = try readZone(octets: octets)
            #expect(!outcome.owners.contains { $0.hasPrefix("not a name") })
        }
    }

    private func ldnsWire(_ line: String) -> [UInt8]? {
        let origin = unsafe ldns_dname_new_frm_str("example.org.")
        defer { unsafe ldns_rdf_deep_free(origin) }
        var record: UnsafeMutablePointer<ldns_rr>?
        guard unsafe ldns_rr_new_frm_str(&record, line, 0, origin, nil) == LDNS_STATUS_OK else { return nil }
        defer { unsafe ldns_rr_free(record) }
        var wire: UnsafeMutablePointer<UInt8>?
        var size = 0
        guard unsafe ldns_rr2wire(&wire, record, Int32(LDNS_SECTION_ANSWER.rawValue), &size) == LDNS_STATUS_OK else {
            return nil
        }
        defer { unsafe free(wire) }
        return unsafe Array(UnsafeBufferPointer(start: wire, count: size))
    }
}
