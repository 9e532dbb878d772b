// Frames in, frames out, without a socket.

import DNSCore
import TestSupport
import Testing

@testable import Listeners

@Suite struct QueryFrameTests {
    static let good: [TestFrame] = [
        TestFrame(), TestFrame(tag: 0x2005), TestFrame(from: "2001:db8::1", to: "2001:db8::53"),
        TestFrame(tag: 5, from: "fe80::1", to: "fe80::2"), TestFrame(payload: []), TestFrame(payload: [7]),
    ]

    private func read(_ octets: [UInt8]) -> QueryFrame? { unsafe QueryFrame(octets.span.bytes) }

    private func answer(_ frame: TestFrame, _ message: [UInt8], identification: UInt16 = 9) throws -> [UInt8] {
        let octets = frame.octets
        let query = try #require(read(octets))
        var answer = [UInt8](repeating: 0xaa, count: query.headerLength) + message
        var span = answer.mutableSpan
        var bytes = unsafe span.mutableBytes
        unsafe query.writeHeaders(from: octets.span.bytes, into: &bytes, identification: identification)
        return answer
    }

    @Test(arguments: good) func readsAQuery(_ frame: TestFrame) throws {
        for padding in [0, 1, 18] {
            var padded = frame
            padded.padding = padding
            let octets = padded.octets
            let query = try #require(read(octets))
            #expect(Array(octets[query.payload]) == frame.payload)
            #expect(query.client == IPAddress(frame.from) && query.isV6 == frame.isV6)
            #expect(query.network == (frame.tag == nil ? 14 : 18))
        }
    }

    @Test(arguments: good) func cutOffAnywhere(_ frame: TestFrame) {
        let octets = frame.octets
        for count in 0..<octets.count { #expect(read(Array(octets[..<count])) == nil, "\(count) octets") }
    }

    /// An answer is the frame that a host would send back, all of it.
    @Test(arguments: good) func writesAnAnswer(_ frame: TestFrame) throws {
        for length in [0, 1, 2, 3, 511, 512, 1232] {
            let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            var expected = frame
            swap(&expected.from, &expected.to)
            swap(&expected.source, &expected.destination)
            expected.ports = (frame.ports.to, frame.ports.from)
            expected.payload = message
            expected.changeHeader = { if !frame.isV6 { $0.replaceSubrange(4..<6, with: [0xbe, 0xef]) } }
            #expect(try answer(frame, message, identification: 0xbeef) == expected.octets)
        }
    }

    /// RFC 768: a checksum of zero is sent as all ones.
    @Test func checksumOfZero() throws {
        var hits = 0
        for word in UInt16.min...UInt16.max {
            let octets = try answer(TestFrame(from: "2001:db8::1", to: "2001:db8::53"), pair(word))
            #expect(octets[60] != 0 || octets[61] != 0)
            if octets[60] == 0xff, octets[61] == 0xff { hits += 1 }
        }
        #expect(hits == 1)
    }

    private static func header(_ offset: Int, _ value: UInt8, v6: Bool = false) -> TestFrame {
        var frame = v6 ? TestFrame(from: "2001:db8::1", to: "2001:db8::53") : TestFrame()
        frame.changeHeader = { $0[offset] = value }
        return frame
    }

    @Test(arguments: [
        ("a fragment", header(6, 0x20)), ("a later fragment", header(7, 1)), ("options", header(0, 0x46)),
        ("IPv5", header(0, 0x55)), ("TCP", header(9, 6)), ("too long for the frame", header(3, 200)),
        ("too short for UDP", header(3, 27)), ("too short for itself", header(3, 19)),
        ("IPv4 in the wrong type", header(0, 0x45, v6: true)), ("a fragment header", header(6, 44, v6: true)),
        ("an IPv6 packet too long for the frame", header(5, 200, v6: true)),
        ("UDP shorter than its header", TestFrame(datagramLength: 7)),
        ("UDP longer than its packet", TestFrame(padding: 9, datagramLength: 17)),
        ("no port to answer to", TestFrame(ports: (0, 53))),
        ("from a group of machines", TestFrame(source: [3, 0, 0, 0, 0, 1])),
        ("from nobody", TestFrame(from: "0.0.0.0")), ("from loopback", TestFrame(from: "127.0.0.1")),
        ("from a group", TestFrame(from: "224.0.0.1")), ("from all", TestFrame(from: "255.255.255.255")),
        ("from ::", TestFrame(from: "::", to: "2001:db8::53")),
        ("from ::1", TestFrame(from: "::1", to: "2001:db8::53")),
        ("from an IPv6 group", TestFrame(from: "ff02::1", to: "2001:db8::53")),
    ])
    func ignores(_ what: String, _ frame: TestFrame) { #expect(read(frame.octets) == nil, "\(what)") }

    @Test func damagedHeader() {
        var octets = TestFrame().octets
        octets[22] ^= 1
        #expect(read(octets) == nil)
        // Two tags, and something else altogether.
        var twice = TestFrame(tag: 0).octets
        twice.replaceSubrange(16..<18, with: [0x81, 0])
        #expect(read(twice) == nil)
        octets = TestFrame().octets
        octets[13] = 6
        #expect(read(octets) == nil)
    }

    /// Whatever comes, reading stays within the frame.
    @Test func noise() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var octets = (QueryFrameTests.good.randomElement(using: &random) ?? TestFrame()).octets
            for _ in 0..<Int.random(in: 1...4) {
                octets[.random(in: 12..<octets.count)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let query = read(octets) else { continue }
            #expect(query.payload.upperBound <= octets.count && query.headerLength <= QueryFrame.maximumHeaderLength)
        }
    }
}
