// Who is answered: prefixes, the longest of which decides.

import DNSCore
import TestSupport
import Testing

@Suite struct AccessTests {
    private func prefixes(_ texts: [String]) throws -> [AddressPrefix] {
        try texts.map { try #require(AddressPrefix($0), "\($0)") }
    }

    /// Whether `client` gets an answer other than REFUSED with EDE 18 (RFC 8914 §4.19).
    private func isAnswered(_ list: AccessList, _ client: String) throws -> Bool {
        let world = try TestWorld(
            zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n", settings: AnswerSettings(access: list))
        let packet = try QueryPacket("ns.example.org", "A", edns: .init(size: 1232)).octets
        let answer = world.answer(packet, from: try #require(IPAddress(client)))
        if world.outcome != .denied { return answer[3] & 15 == 0 }
        let walked = try MessageWalker(answer)
        #expect(answer[3] & 15 == 5 && walked.answer.isEmpty && walked.options == [.init(15, [0, 18])])
        return false
    }

    @Test func nobodyIsDeniedByDefault() throws {
        #expect(try isAnswered(AccessList(), "192.0.2.1"))
    }

    @Test func longestPrefixDecides() throws {
        let list = AccessList(
            allow: try prefixes(["10.1.0.0/16", "10.1.2.3", "2001:db8:1::/48", "::ffff:0:0/96"]),
            deny: try prefixes(["10.0.0.0/8", "10.1.2.0/24", "2001:db8::/32", "192.0.2.255/32"]))
        let table: [(String, Bool)] = [
            ("9.255.255.255", true), ("10.0.0.0", false), ("10.0.255.255", false), ("10.1.0.0", true),
            ("10.1.1.255", true), ("10.1.2.0", false), ("10.1.2.2", false), ("10.1.2.3", true), ("10.1.2.4", false),
            ("10.1.2.255", false), ("10.1.3.0", true), ("10.1.255.255", true), ("10.2.0.0", false),
            ("10.255.255.255", false), ("11.0.0.0", true), ("192.0.2.254", true), ("192.0.2.255", false),
            ("192.0.3.0", true), ("255.255.255.255", true), ("0.0.0.0", true), ("2001:db7:ffff::", true),
            ("2001:db8::", false), ("2001:db8:1::", true), ("2001:db8:1:ffff::", true), ("2001:db8:2::", false),
            ("2001:db9::", true), ("::", true), ("ffff::", true),
        ]
        for (client, expected) in table { #expect(try isAnswered(list, client) == expected, "\(client)") }
    }

    /// A list of who is allowed, and nothing else, denies all others.
    @Test func onlyAllowed() throws {
        let list = AccessList(allow: try prefixes(["192.0.2.0/24", "2001:db8::/32"]))
        let table = [("192.0.2.1", true), ("192.0.3.1", false), ("2001:db8::1", true), ("2001:db9::1", false)]
        for (client, expected) in table { #expect(try isAnswered(list, client) == expected, "\(client)") }
    }

    @Test func everybodyDenied() throws {
        let list = AccessList(allow: try prefixes(["::1"]), deny: try prefixes(["::/0"]))
        for (client, expected) in [("192.0.2.1", false), ("ffff:ffff::", false), ("::1", true), ("::2", false)] {
            #expect(try isAnswered(list, client) == expected, "\(client)")
        }
    }

    /// Of the same prefix in both lists, deny counts.
    @Test func bothLists() throws {
        let list = AccessList(allow: try prefixes(["192.0.2.0/24"]), deny: try prefixes(["192.0.2.0/24"]))
        #expect(try !isAnswered(list, "192.0.2.1"))
    }

    @Test func silence() throws {
        let list = AccessList(deny: try prefixes(["192.0.2.0/24"]), drops: true)
        let world = try TestWorld(
            zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n", settings: AnswerSettings(access: list))
        let packet = try QueryPacket("ns.example.org", "A").octets
        #expect(world.answer(packet, from: .v4(0xc000_0201)).isEmpty && world.outcome == .denied)
        #expect(!world.answer(packet, from: .v4(0xc000_0301)).isEmpty && world.outcome == .answered)
    }

    /// A table made of random prefixes says of random addresses what a look at all of them says.
    @Test func randomPrefixes() throws {
        var random = RandomSource(seed: 7)
        for _ in 0..<50 {
            var denied: [AddressPrefix] = []
            var allowed: [AddressPrefix] = []
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let length = Int.random(in: 0...32, using: &random)
                let mask: UInt32 = length == 0 ? 0 : ~0 << UInt32(32 - length)
                // Few bits, so that prefixes are nested often.
                let address =
                    (UInt32.random(in: 0...3, using: &random) << 30 | UInt32.random(in: 0...3, using: &random)) & mask
                let prefix = try #require(AddressPrefix(.v4(address), length: length))
                if Bool.random(using: &random) { denied.append(prefix) } else { allowed.append(prefix) }
            }
            denied.append(try #require(AddressPrefix("::/128")))
            let list = AccessList(allow: allowed, deny: denied)
            for _ in 0..<40 {
                let address = UInt32.random(in: 0...3, using: &random) << 30 | UInt32.random(in: 0...4, using: &random)
                let holds = { (prefix: AddressPrefix) -> Int? in
                    guard case .v4(let first) = prefix.address else { return nil }
                    let free = UInt32(32 - prefix.length)
                    return free == 32 || address >> free == first >> free ? prefix.length : nil
                }
                let deny = denied.compactMap(holds).max() ?? -1
                let allow = allowed.compactMap(holds).max() ?? -1
                #expect(try isAnswered(list, "\(IPAddress.v4(address))") == (deny < allow || deny == -1))
            }
        }
    }

    @Test(arguments: [
        "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "x/8", "2001:db8::/16", "::/129", "", "/8",
        "1.2.3.4/8/8",
    ])
    func textThatIsNoPrefix(_ text: String) { #expect(AddressPrefix(text) == nil) }
}
