// The program, run by the kernel itself over frames of ours (BPF_PROG_TEST_RUN): nothing is attached or sent.

import CXDP
import DNSCore
import Glibc
import TestSupport
import Testing

@testable import Listeners

@Suite struct XDPProgramTests {
    private static let places = [
        XDPListener.Place("192.0.2.53", 53), XDPListener.Place("192.0.2.54", 5_300),
        XDPListener.Place("2001:db8::53", 53), XDPListener.Place("2001:db8::54", 5_300),
    ]

    /// Whether this kernel loads programs for us.
    static let isPermitted = (try? Loaded(places)) != nil

    private enum Action: Int32 {
        case pass = 2
        case redirect = 4
    }

    /// A loaded program, with a socket for the first queue.
    private struct Loaded: ~Copyable {
        let map: Descriptor
        let socket: Descriptor
        let program: Descriptor

        init(_ places: [XDPListener.Place]) throws {
            map = Descriptor(CXDP_createSocketMap(1))
            socket = Descriptor(CXDP_openSocket())
            let code = XDPProgram(places: places, map: map.value).instructions
            var log = [CChar](repeating: 0, count: 1 << 20)
            program = Descriptor(
                unsafe CXDP_loadProgram(code, UInt32(code.count), &log, UInt32(log.count)))
            let text = String(decoding: log.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard program.value >= 0 else { throw TestTextError("errno \(errno): \(text)") }
            guard CXDP_setSocket(map.value, 0, socket.value) == 0 else { throw TestTextError("errno \(errno)") }
        }

        func run(_ frame: [UInt8]) -> Action? {
            Action(rawValue: unsafe CXDP_run(program.value, frame, UInt32(frame.count)))
        }
    }

    private static func header(_ offset: Int, _ value: UInt8, v6: Bool = false) -> TestFrame {
        var frame = v6 ? TestFrame(from: "2001:db8::1", to: "2001:db8::53") : TestFrame()
        frame.changeHeader = { $0[offset] = value }
        return frame
    }

    @Test(.enabled(if: isPermitted, "BPF programs are not permitted here")) func takesQueries() throws {
        let loaded = try Loaded(Self.places)
        for frame in [
            TestFrame(), TestFrame(tag: 5), TestFrame(to: "192.0.2.54", ports: (1, 5_300)), TestFrame(padding: 18),
            TestFrame(from: "2001:db8::1", to: "2001:db8::53"),
            TestFrame(tag: 0xe001, from: "2001:db8::1", to: "2001:db8::54", ports: (1, 5_300)),
            TestFrame(payload: [UInt8](repeating: 0, count: 1_400)),
        ] {
            #expect(loaded.run(frame.octets) == .redirect, "\(frame)")
        }
    }

    @Test(.enabled(if: isPermitted, "BPF programs are not permitted here")) func passesAllElse() throws {
        let loaded = try Loaded(Self.places)
        for (what, frame) in [
            ("another port", TestFrame(ports: (53, 54))), ("another address", TestFrame(to: "192.0.2.55")),
            ("an address with another's port", TestFrame(to: "192.0.2.54")),
            ("another IPv6 port", TestFrame(from: "2001:db8::1", to: "2001:db8::53", ports: (53, 5_300))),
            ("another IPv6 address", TestFrame(from: "2001:db8::1", to: "2001:db8:1::53")),
            ("one more IPv6 address", TestFrame(from: "2001:db8::1", to: "2001:db8::53:0:53")),
            ("broadcast", TestFrame(destination: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
            ("TCP", Self.header(9, 6)), ("ICMP", Self.header(9, 1)), ("options", Self.header(0, 0x46)),
            ("a first fragment", Self.header(6, 0x20)), ("a last fragment", Self.header(7, 1)),
            ("ICMPv6", Self.header(6, 58, v6: true)), ("an IPv6 fragment", Self.header(6, 44, v6: true)),
            ("long", TestFrame(payload: [UInt8](repeating: 0, count: 1_500))),
        ] {
            #expect(loaded.run(frame.octets) == .pass, "\(what)")
        }
        var arp = TestFrame().octets
        arp[13] = 6
        #expect(loaded.run(arp) == .pass)
        var twice = TestFrame(tag: 0).octets
        twice.replaceSubrange(16..<18, with: [0x81, 0])
        #expect(loaded.run(twice) == .pass)
        for frame in QueryFrameTests.good {
            for count in 14..<(frame.isV6 ? 62 : 42) + (frame.tag == nil ? 0 : 4) {
                #expect(loaded.run(Array(frame.octets[..<count])) == .pass, "\(count) octets")
            }
        }
    }

    /// A queue that has no socket is the kernel's.
    @Test(.enabled(if: isPermitted, "BPF programs are not permitted here")) func queueWithoutSocket() throws {
        let map = Descriptor(CXDP_createSocketMap(1))
        let code = XDPProgram(places: Self.places, map: map.value).instructions
        let program = Descriptor(unsafe CXDP_loadProgram(code, UInt32(code.count), nil, 0))
        let frame = TestFrame().octets
        #expect(unsafe CXDP_run(program.value, frame, UInt32(frame.count)) == Action.pass.rawValue)
    }

    @Test(.enabled(if: isPermitted, "BPF programs are not permitted here")) func asManyPlacesAsItTakes() throws {
        let many = (0..<300).map { XDPListener.Place("2001:db8::\(String($0, radix: 16))", 53) }
        let loaded = try Loaded(many)
        #expect(loaded.run(TestFrame(from: "2001:db8::1", to: "2001:db8::ff").octets) == .redirect)
        #expect(loaded.run(TestFrame(from: "2001:db8::1", to: "2001:db8::100").octets) == .pass)
        for one in Self.places {
            let alone = try Loaded([one])
            let from = one.address.isV6 ? "2001:db8::1" : "192.0.2.1"
            #expect(alone.run(TestFrame(from: from, to: "\(one.address)", ports: (1, one.port)).octets) == .redirect)
        }
    }
}

extension XDPListener.Place {
    fileprivate init(_ address: String, _ port: UInt16) {
        self.init(address: IPAddress(address) ?? .v4(0), port: port)
    }
}
