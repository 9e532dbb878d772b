// Control frames, octet by octet as Frame Streams describes them.

import Testing

@testable import QueryLog

@Suite struct FrameStreamTests {
    private static let type = Array("protobuf:dnstap.Dnstap".utf8)

    @Test func octets() {
        #expect(ControlFrame(.stop).octets == [0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 3])
        #expect(
            ControlFrame(.start, contentTypes: [Self.type]).octets
                == [0, 0, 0, 0, 0, 0, 0, 34, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 22] + Self.type)
        #expect(ControlFrame(.ready).octets[11] == 4 && ControlFrame(.finish).octets[11] == 5)
    }

    @Test func isRead() {
        for kind in [ControlFrame.Kind.accept, .start, .stop, .ready, .finish] {
            for types in [[], [Self.type], [[1, 2], Self.type, []]] {
                let frame = ControlFrame(kind, contentTypes: types)
                #expect(ControlFrame(body: Array(frame.octets.dropFirst(8))) == frame)
            }
        }
    }

    @Test(
        arguments: [
            [], [0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 6], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0],
            [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 1, 255, 255, 255, 255, 1],
        ] as [[UInt8]])
    func isRefused(_ body: [UInt8]) { #expect(ControlFrame(body: body) == nil) }
}
