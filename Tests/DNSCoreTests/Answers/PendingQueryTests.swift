// Queries that are read before the first of them is answered get the answers that they would have got one by one.

import DNSCore
import Foundation
import TestSupport
import Testing

@Suite struct PendingQueryTests {
    /// Messages that end at different places, between those that are looked up.
    private static let malformed: [[UInt8]] = [
        [], [1, 2, 3], [0, 1, 0x80, 0] + [UInt8](repeating: 0, count: 8),
        [0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 0x61], [0, 3, 0x10, 0] + [UInt8](repeating: 0, count: 8),
    ]

    private func groups(_ messages: [[UInt8]]) -> [[[UInt8]]] {
        stride(from: 0, to: messages.count, by: Scratch.pendingCapacity).map { start in
            Array(messages[start..<min(start + Scratch.pendingCapacity, messages.count)])
        }
    }

    /// Whose turn it is in a pool is part of it: both worlds start alike.
    @Test(arguments: VectorTests.files) func answersAsOneByOne(_ name: String) throws {
        let text = try String(contentsOf: VectorTests.directory.appendingPathComponent(name), encoding: .utf8)
        let file = try VectorFile(text)
        let alone = try file.world()
        let together = try file.world()
        var messages: [[UInt8]] = []
        for (number, vector) in file.vectors.enumerated() {
            messages.append(vector.packet.octets)
            if number % 3 == 2 { messages.append(Self.malformed[number / 3 % Self.malformed.count]) }
        }
        // In the opposite order every place in a group has another kind of message.
        for group in groups(messages) + groups(messages.reversed()) {
            let expected = group.map { alone.answer($0) }
            #expect(together.answerTogether(group) == expected, "\(name)")
        }
    }

    @Test(arguments: [false, true]) func accessIsJudgedForEach(_ drops: Bool) throws {
        let network = try #require(AddressPrefix("192.0.2.0/24"))
        let world = try TestWorld(
            zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n",
            settings: AnswerSettings(access: AccessList(deny: [network], drops: drops)))
        let query = try QueryPacket("ns.example.org", "A").octets
        let queries = Array(repeating: query, count: Scratch.pendingCapacity)
        let refused = world.answer(query, from: .v4(0xc000_0201))
        #expect(refused.isEmpty == drops)
        #expect(world.answerTogether(queries) == queries.map { world.answer($0) })
        #expect(world.answerTogether(queries, from: .v4(0xc000_0201)) == queries.map { _ in refused })
        #expect(world.answerTogether(queries) == queries.map { world.answer($0) })
    }
}
