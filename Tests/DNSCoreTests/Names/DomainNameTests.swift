// Names as text and on the wire: round trips, limits, comparison, compression.

import DNSCore
import Testing

@Suite struct DomainNameTests {
    private let label63 = String(repeating: "a", count: 63)

    @Test(arguments: [
        ".", "example.org.", "a\\.b.example.org.", "\\000\\032\\127\\255.x.", "\\@\\$\\;\\(\\)\\\"\\\\.test.",
        "*.test.",
        "_dicom._tcp.test.", "Mixed.CASE.", "0/25.2.0.192.in-addr.arpa.",
    ])
    func textRoundTrips(_ text: String) throws {
        #expect(try DomainName(text).description == text)
    }

    @Test func everyOctetRoundTrips() throws {
        for octet in UInt8.min ... .max {
            let name = try DomainName(wire: [1, octet, 2, octet, octet, 0])
            #expect(try DomainName(name.description).wire == name.wire)
            #expect(try DomainName("\\" + String(format3(octet))).wire == [1, octet, 0])
        }
    }

    private func format3(_ octet: UInt8) -> String { String("00\(octet)".suffix(3)) }

    @Test func relativeNamesAreCompleted() throws {
        let origin = try DomainName("example.org")
        #expect(try DomainName("www", origin: origin).description == "www.example.org.")
        #expect(try DomainName("www.", origin: origin).description == "www.")
        #expect(try DomainName("@", origin: origin) == origin)
        #expect(try DomainName("\\@", origin: origin).description == "\\@.example.org.")
        #expect(try DomainName("a\\.", origin: origin).description == "a\\..example.org.")
        #expect(try DomainName(".", origin: origin).isRoot)
    }

    @Test func limits() throws {
        let longest = "\(label63).\(label63).\(label63).\(String(repeating: "b", count: 61))"
        #expect(try DomainName(longest).wire.count == 255)
        #expect(throws: NameError.nameTooLong) { try DomainName(longest + "b") }
        #expect(throws: NameError.nameTooLong) { try DomainName(longest, origin: DomainName("x")) }
        #expect(throws: NameError.labelTooLong) { try DomainName(label63 + "a") }
        #expect(throws: NameError.labelTooLong) { try DomainName(label63 + "\\097.test") }
        #expect(throws: NameError.empty) { try DomainName("") }
        for text in ["a..b", ".a", "..", "a.."] { #expect(throws: NameError.emptyLabel) { try DomainName(text) } }
        for text in ["\\", "\\25", "\\256", "\\2a5", "a\\"] {
            #expect(throws: NameError.badEscape) { try DomainName(text) }
        }
    }

    @Test func wireForm() {
        let cases: [([UInt8], NameError)] = [
            ([], .notTerminated), ([1], .notTerminated), ([1, 97], .notTerminated), ([1, 97, 0, 0], .notTerminated),
            ([0, 0], .notTerminated), ([64] + Array(repeating: 97, count: 64) + [0], .labelTooLong),
            ([0xc0, 0], .labelTooLong), (Array(repeating: [1, 97], count: 128).joined() + [0], .nameTooLong),
        ]
        for (wire, expected) in cases { #expect(throws: expected) { try DomainName(wire: wire) } }
        #expect((try? DomainName(wire: Array(repeating: [1, 97], count: 127).joined() + [0]))?.labelCount == 127)
    }

    @Test func comparison() throws {
        let name = try DomainName("www.Example.ORG")
        #expect(try name == DomainName("WWW.example.org") && name.hashValue == DomainName("WWW.example.org").hashValue)
        #expect(try name != DomainName("www.example.orh"))
        #expect(try DomainName("\\193") != DomainName("\\225"))
        #expect(try DomainName("@x", origin: .root) != DomainName("`x"))
        #expect(try name.isAtOrBelow(DomainName("example.org")) && name.isAtOrBelow(name) && name.isAtOrBelow(.root))
        #expect(try !name.isAtOrBelow(DomainName("ample.org")) && !DomainName("org").isAtOrBelow(name))
        // An octet that looks like a length does not make a label.
        #expect(try !DomainName(wire: [4, 97, 1, 98, 99, 0]).isAtOrBelow(DomainName(wire: [1, 98, 0])))
        #expect(try name.parent == DomainName("example.org") && DomainName.root.parent == nil)
        #expect(try DomainName("*.x").isWildcard && !DomainName("**.x").isWildcard && !DomainName.root.isWildcard)
    }

    @Test func compression() throws {
        // 0: a. 3: b -> 0. 7: -> 3. 9: root.
        let message: [UInt8] = [1, 97, 0, 1, 98, 0xc0, 0, 0xc0, 3, 0]
        let read = { (offset: Int) in try DomainName.read(message.span, at: offset) }
        #expect(try read(3).0.description == "b.a." && read(3).end == 7)
        #expect(try read(7).0.description == "b.a." && read(7).end == 9)
        #expect(try read(9).0.isRoot && read(9).end == 10)
        let bad: [([UInt8], Int, NameError)] = [
            ([0xc0, 0], 0, .forwardPointer), ([0xc0, 2, 0], 0, .forwardPointer),
            ([1, 97, 0xc0, 0], 0, .forwardPointer),
            ([0xc0, 2, 0xc0, 0], 2, .forwardPointer), ([0xc0], 0, .notTerminated), ([1], 0, .notTerminated),
            ([1, 97], 0, .notTerminated), ([], 0, .notTerminated), ([0], 1, .notTerminated),
            ([64, 0], 0, .labelTooLong),
            ([0x80, 0], 0, .labelTooLong), ([0xff, 0xff], 0, .forwardPointer),
        ]
        for (message, offset, expected) in bad {
            #expect(throws: expected, "\(message)") { try DomainName.read(message.span, at: offset) }
        }
    }

    /// Pointers do not get a name past 255 octets.
    @Test func compressionAndLength() throws {
        let labels = { (count: Int) in Array(repeating: [UInt8]([1, 97]), count: count).flatMap { $0 } }
        let half = labels(64) + [0]
        let fits = half + labels(63) + [0xc0, 0]
        #expect(try DomainName.read(fits.span, at: half.count).0.wire.count == 255)
        let tooLong = half + labels(64) + [0xc0, 0]
        #expect(throws: NameError.nameTooLong) { try DomainName.read(tooLong.span, at: half.count) }
    }

    @Test func addresses() {
        for text in ["0.0.0.0", "192.0.2.1", "::", "::1", "2001:db8::a", "fe80::1:2"] {
            #expect(IPAddress(text)?.description == text)
        }
        for text in ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", ":::", "g::", "1.2.3.4 "] {
            #expect(IPAddress(text) == nil)
        }
    }
}
