// What counts as a change between two versions of a zone, and which serial is the newer one.

import DNSCore
import TestSupport
import Testing

@Suite struct ZoneDifferenceTests {
    private static let pools = ["one", "two"].map {
        PoolDefinition(
            name: $0, policy: .roundRobin,
            targets: [TargetDefinition(name: "a", endpoint: .addresses([.v4(0xc000_0201)]))])
    }

    private func zone(_ body: String, serial: Int = 1) throws -> Zone {
        let head = "$TTL 300\n@ IN SOA ns1 hostmaster \(serial) 7200 900 1209600 30\n@ IN NS ns1\nns1 IN A 192.0.2.53\n"
        return try makeZone(head + body, origin: "example.org", pools: Self.pools)
    }

    private func difference(_ old: String, _ new: String, serial: Int = 1) throws -> [Int] {
        let difference = ZoneDifference(from: try zone(old), to: try zone(new, serial: serial))
        return [difference.added, difference.removed]
    }

    @Test(arguments: [
        // The same, in another order, spelling of owners, and whether names are relative.
        ("a IN A 192.0.2.1\nb IN TXT x\n", "b IN TXT x\nA IN A 192.0.2.1\n", 0, 0),
        ("a IN A 192.0.2.1\na IN A 192.0.2.2\n", "a IN A 192.0.2.2\na IN A 192.0.2.1\n", 0, 0),
        ("m IN MX 10 ns1\n", "m IN MX 10 ns1.example.org.\n", 0, 0),
        ("m IN POOL one\n", "m IN POOL one\n", 0, 0),
        // A name comes, goes, or both; empty non-terminals are no records.
        ("", "x.y.z IN A 192.0.2.1\n", 1, 0),
        ("x.y.z IN A 192.0.2.1\n", "", 0, 1),
        ("a IN A 192.0.2.1\na IN TXT x\n", "b IN A 192.0.2.1\n", 1, 2),
        // One record of a set, a type, a TTL (of the whole set), the target of a name, a pool.
        ("a IN A 192.0.2.1\na IN A 192.0.2.2\n", "a IN A 192.0.2.1\na IN A 192.0.2.3\n", 1, 1),
        ("a IN A 192.0.2.1\n", "a IN A 192.0.2.1\na IN A 192.0.2.2\n", 1, 0),
        ("a IN A 192.0.2.1\n", "a IN AAAA 2001:db8::1\n", 1, 1),
        ("a 60 IN A 192.0.2.1\na 60 IN A 192.0.2.2\n", "a 61 IN A 192.0.2.1\na 61 IN A 192.0.2.2\n", 2, 2),
        ("m IN MX 10 ns1\n", "m IN MX 10 ns1.example.net.\n", 1, 1),
        ("m IN POOL one\n", "m IN POOL two\n", 1, 1),
        ("m 60 IN POOL one\n", "m 30 IN POOL one\n", 1, 1),
        ("m IN POOL one\n", "m IN A 192.0.2.1\n", 1, 1),
    ])
    func records(old: String, new: String, added: Int, removed: Int) throws {
        #expect(try difference(old, new) == [added, removed])
    }

    @Test func theSerialAloneIsOneRecord() throws {
        #expect(try difference("", "", serial: 2) == [1, 1])
    }

    /// The examples of RFC 1982 §5.2, for 32 bits.
    @Test func serials() {
        #expect(SerialNumber.isNewer(2, than: 1))
        #expect(!SerialNumber.isNewer(1, than: 2))
        #expect(!SerialNumber.isNewer(7, than: 7))
        #expect(SerialNumber.isNewer(0, than: .max))
        #expect(SerialNumber.isNewer(0x7fff_ffff, than: 0))
        #expect(!SerialNumber.isNewer(0x8000_0000, than: 0))
        #expect(!SerialNumber.isNewer(0, than: 0x8000_0000))
        #expect(!SerialNumber.isNewer(0x8000_0001, than: 0))
    }

    @Test func unavailableZone() throws {
        let parent = try zone("*.sub IN A 192.0.2.9\nto IN CNAME www.sub\n")
        let name = try DomainName("sub.example.org")
        let image = ServingImage(zones: [parent], unavailable: [name], poolCount: 2)
        var scratch = Scratch(seed: 1)
        let health = HealthSnapshot(unprobed: Self.pools)
        func ask(_ owner: String, _ type: String) throws -> LDNSMessage? {
            let packet = try QueryPacket(owner, type)
            return LDNSMessage(
                [UInt8](capacity: 4096) { response in
                    _ = answerQuery(
                        packet.octets.span, from: Client(.v4(0x7f00_0001), over: .udp), image, health: health,
                        using: &scratch, into: &response)
                })
        }
        #expect(try ask("www.sub.example.org", "A")?.code == 2)
        #expect(try ask("sub.example.org", "NS")?.code == 2)
        #expect(try ask("sub.example.org", "DS")?.code == 0)
        #expect(try ask("to.example.org", "A")?.code == 0)
        #expect(try ask("to.example.org", "A")?.answer.count == 1)
        #expect(try ask("ns1.example.org", "A")?.answer.count == 1)
        #expect(try ask("other.example.net", "A")?.code == 5)
    }
}
