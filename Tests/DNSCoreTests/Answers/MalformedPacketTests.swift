// Packets that are no good query, and what becomes of each: silence, or a code.

import DNSCore
import TestSupport
import Testing

@Suite struct MalformedPacketTests {
    /// What comes back.
    enum Outcome: Equatable {
        case silence
        /// Header only, with this code.
        case header(UInt8)
        /// Header and question, with this code.
        case question(UInt8)
        /// The same, or no question, with OPT, whose upper octet of the code follows.
        case opt(UInt8, upper: UInt8)
    }

    static let formatError: UInt8 = 1
    static let notImplemented: UInt8 = 4
    static let refused: UInt8 = 5

    private static func message(
        flags: UInt16 = 0, counts: [UInt16] = [1, 0, 0, 0], _ name: [UInt8] = www, _ rest: [UInt8] = [0, 1, 0, 1]
    ) -> [UInt8] {
        pair(0x2211) + pair(flags) + counts.flatMap(pair) + name + rest
    }

    private static let www: [UInt8] = [3] + "www".utf8 + [4] + "test".utf8 + [0]
    private static let question: [UInt8] = [0, 1, 0, 1]
    private static let opt = QueryPacket.EDNS(size: 1232).octets
    /// One A record of the root.
    private static let record: [UInt8] = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]

    static let table: [(String, [UInt8], Outcome)] = headers + names + records + questions

    private static let headers: [(String, [UInt8], Outcome)] =
        [
            ("nothing", [], .silence), ("an answer", message(flags: 0x8000), .silence),
            ("an answer with an opcode", message(flags: 0xa800), .silence),
            ("no question", message(counts: [0, 0, 0, 0], [], []), .header(formatError)),
            ("no question, yet one there", message(counts: [0, 0, 0, 0]), .header(formatError)),
            ("two questions", message(counts: [2, 0, 0, 0], www, question + www + question), .header(formatError)),
            ("two questions, one there", message(counts: [2, 0, 0, 0]), .header(formatError)),
            ("65535 questions", message(counts: [65_535, 0, 0, 0]), .header(formatError)),
            ("only OPT", message(counts: [0, 0, 0, 1], [], opt), .opt(formatError, upper: 0)),
            (
                "two questions and OPT",
                message(counts: [2, 0, 0, 1], www, question + www + question + opt), .opt(formatError, upper: 0)
            ),
        ]
        + (1...15).flatMap(opcode)

    /// Other opcodes are not implemented, however whole the message is.
    private static func opcode(_ opcode: Int) -> [(String, [UInt8], Outcome)] {
        let flags = UInt16(opcode) << 11 | 0x100
        return [
            ("opcode \(opcode)", message(flags: flags), .question(notImplemented)),
            (
                "opcode \(opcode), header only", message(flags: flags, counts: [0, 0, 0, 0], [], []),
                .header(notImplemented)
            ),
            (
                "opcode \(opcode), no question", message(flags: flags, counts: [1, 0, 0, 0], [], []),
                .header(notImplemented)
            ),
            (
                "opcode \(opcode) and OPT", message(flags: flags, counts: [1, 0, 0, 1], www, question + opt),
                .opt(notImplemented, upper: 0)
            ),
        ]
    }

    private static let names: [(String, [UInt8], Outcome)] =
        [
            ("no name", message([], []), .header(formatError)),
            ("pointer to itself", message([0xc0, 12]), .header(formatError)),
            ("pointer forward", message([0xc0, 18]), .header(formatError)),
            ("pointer into the header", message([0xc0, 2]), .header(formatError)),
            ("pointer after a label", message([1, 0x61, 0xc0, 12]), .header(formatError)),
            ("half a pointer", message([0xc0], []), .header(formatError)),
            ("label over the end", message([63, 1, 2], []), .header(formatError)),
            ("no root label", message([3] + "www".utf8, []), .header(formatError)),
            ("no type", message(www, []), .header(formatError)),
            ("half a type", message(www, [0]), .header(formatError)),
            ("no class", message(www, [0, 1]), .header(formatError)),
            ("half a class", message(www, [0, 1, 0]), .header(formatError)),
            ("256 octets of name", message(longName(256), question), .header(formatError)),
            ("300 octets of name", message(longName(300), question), .header(formatError)),
            ("255 octets of name", message(longName(255), question), .question(refused)),
        ]
        + (64...191).map {
            ("label \($0)", message([UInt8($0)] + [UInt8](repeating: 0x61, count: 200) + [0]), .header(formatError))
        }

    /// A name of so many octets, of labels that are not too long.
    private static func longName(_ count: Int) -> [UInt8] {
        var wire: [UInt8] = []
        while count - wire.count > 65 { wire += [63] + [UInt8](repeating: 0x61, count: 63) }
        if count - wire.count == 65 { wire += [1, 0x61] }
        let last = count - wire.count - 2
        return wire + [UInt8(last)] + [UInt8](repeating: 0x62, count: last) + [0]
    }

    private static let records: [(String, [UInt8], Outcome)] = [
        ("trailing octet", message(www, question + [0]), .question(formatError)),
        ("trailing record", message(www, question + record), .question(formatError)),
        ("an answer is announced", message(counts: [1, 1, 0, 0]), .question(formatError)),
        ("an authority is announced", message(counts: [1, 0, 1, 0]), .question(formatError)),
        ("OPT is announced", message(counts: [1, 0, 0, 1]), .question(formatError)),
        ("all are announced", message(counts: [1, 65_535, 65_535, 65_535]), .question(formatError)),
        ("less than there is", message(counts: [1, 0, 0, 1], www, question + opt + opt), .opt(formatError, upper: 0)),
        ("two OPT", message(counts: [1, 0, 0, 2], www, question + opt + opt), .opt(formatError, upper: 0)),
        ("OPT as answer", message(counts: [1, 1, 0, 0], www, question + opt), .question(formatError)),
        ("OPT as authority", message(counts: [1, 0, 1, 0], www, question + opt), .question(formatError)),
        ("OPT has a name", message(counts: [1, 0, 0, 1], www, question + [1, 0x61] + opt), .question(formatError)),
        (
            "OPT points", message(counts: [1, 0, 0, 1], www, question + [0xc0, 20] + opt.dropFirst()),
            .question(formatError)
        ),
        ("OPT is cut", message(counts: [1, 0, 0, 1], www, question + opt.dropLast()), .question(formatError)),
        (
            "OPT data over the end", message(counts: [1, 0, 0, 1], www, question + opt.dropLast() + [1]),
            .question(formatError)
        ),
        (
            "RDLENGTH over the end", message(counts: [1, 1, 0, 0], www, question + record.dropLast()),
            .question(formatError)
        ),
        ("RDLENGTH too short", message(counts: [1, 1, 0, 0], www, question + record + [0]), .question(formatError)),
        ("label 64 as owner", message(counts: [1, 1, 0, 0], www, question + [64] + record), .question(formatError)),
        ("owner over the end", message(counts: [1, 1, 0, 0], www, question + [63, 1]), .question(formatError)),
        (
            "owner too long", message(counts: [1, 1, 0, 0], www, question + longName(256) + record.dropFirst()),
            .question(formatError)
        ),
        ("half a pointer as owner", message(counts: [1, 1, 0, 0], www, question + [0xc0]), .question(formatError)),
        ("a record as answer", message(counts: [1, 1, 0, 0], www, question + record), .question(refused)),
        (
            "a record that points", message(counts: [1, 0, 0, 1], www, question + [0xc0, 12] + record.dropFirst()),
            .question(refused)
        ),
        (
            "records before OPT", message(counts: [1, 1, 1, 2], www, question + record + record + record + opt),
            .opt(refused, upper: 0)
        ),
        ("records after OPT", message(counts: [1, 0, 0, 2], www, question + opt + record), .opt(refused, upper: 0)),
        (
            "OPT with options", message(counts: [1, 0, 0, 1], www, question + opt.dropLast() + [4, 0xfd, 0xe9, 0, 0]),
            .opt(refused, upper: 0)
        ),
        (
            "OPT with part of an option",
            message(counts: [1, 0, 0, 1], www, question + opt.dropLast() + [3, 0, 10, 0]), .opt(formatError, upper: 0)
        ),
        (
            "an option over OPT's end",
            message(counts: [1, 0, 0, 1], www, question + opt.dropLast() + [4, 0, 10, 0, 1]),
            .opt(formatError, upper: 0)
        ),
        ("a cookie of 7", withOption(10, 7), .opt(formatError, upper: 0)),
        ("a cookie of 9", withOption(10, 9), .opt(formatError, upper: 0)),
        ("a cookie of 15", withOption(10, 15), .opt(formatError, upper: 0)),
        ("a cookie of 16", withOption(10, 16), .opt(refused, upper: 0)),
        ("a cookie of 40", withOption(10, 40), .opt(refused, upper: 0)),
        ("a cookie of 41", withOption(10, 41), .opt(formatError, upper: 0)),
        ("a subnet of nothing", withOption(8, 0), .opt(formatError, upper: 0)),
        ("a subnet of no family", withOption(8, 4), .opt(refused, upper: 0)),
        (
            "an unknown version's options",
            message(counts: [1, 0, 0, 1], www, question + opt.prefix(6) + [1, 0, 0, 0, 1, 7]),
            .opt(0, upper: 1)
        ),
        (
            "version 1", message(counts: [1, 0, 0, 1], www, question + QueryPacket.EDNS(size: 512, version: 1).octets),
            .opt(0, upper: 1)
        ),
        (
            "version 1 before junk",
            message(counts: [1, 0, 0, 1], www, question + QueryPacket.EDNS(size: 512, version: 1).octets + [0]),
            .opt(formatError, upper: 0)
        ),
    ]

    /// A query with one option, of zeros.
    private static func withOption(_ code: UInt8, _ length: UInt8) -> [UInt8] {
        message(
            counts: [1, 0, 0, 1], www,
            question + opt.dropLast() + [length + 4, 0, code, 0, length] + [UInt8](repeating: 0, count: Int(length)))
    }

    private static let questions: [(String, [UInt8], Outcome)] = [
        ("class CH", message(www, [0, 16, 0, 3]), .question(refused)),
        ("class ANY", message(www, [0, 1, 0, 255]), .question(refused)),
        ("class 0", message(www, [0, 1, 0, 0]), .question(refused)),
        ("type OPT", message(www, [0, 41, 0, 1]), .question(formatError)),
        ("type TKEY", message(www, [0, 249, 0, 1]), .question(formatError)),
        ("type TSIG", message(www, [0, 250, 0, 1]), .question(formatError)),
        ("type IXFR", message(www, [0, 251, 0, 1]), .question(refused)),
        ("type AXFR", message(www, [0, 252, 0, 1]), .question(refused)),
        ("type MAILB", message(www, [0, 253, 0, 1]), .question(notImplemented)),
        ("type MAILA", message(www, [0, 254, 0, 1]), .question(notImplemented)),
    ]

    private let world: TestWorld

    init() throws { world = try TestWorld(zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n") }

    private func outcome(_ answer: [UInt8], of packet: [UInt8]) throws -> Outcome {
        guard !answer.isEmpty else { return .silence }
        let walked = try MessageWalker(answer)
        let flags = answer[2]
        #expect(Array(answer[..<2]) == Array(packet[..<2]))
        // QR, and of what was sent opcode and RD only.
        #expect(flags & 0x80 == 0x80 && flags & 0x79 == packet[2] & 0x79 && flags & 0x06 == 0)
        #expect(answer[3] & 0xf0 == 0)
        if answer.count == 12 {
            #expect(answer[4...].allSatisfy { $0 == 0 })
            return .header(answer[3])
        }
        #expect(Array(answer[12..<walked.questionEnd]) == Array(packet[12..<walked.questionEnd]))
        #expect(walked.sections[0].isEmpty && walked.sections[1].isEmpty)
        guard let opt = walked.sections[2].first else { return .question(answer[3]) }
        return .opt(answer[3], upper: UInt8(opt.timeToLive >> 24))
    }

    @Test(arguments: [Transport.udp, .tcp]) func getWhatTheTableSays(_ transport: Transport) throws {
        for (title, packet, expected) in Self.table {
            #expect(try outcome(world.answer(packet, over: transport), of: packet) == expected, "\(title)")
        }
    }

    @Test(arguments: [Transport.udp, .tcp]) func everyShorterPrefix(_ transport: Transport) throws {
        let query = try QueryPacket("ns.example.org", "A", edns: .init(size: 1232)).octets
        let questionEnd = query.count - 11
        for count in 0..<query.count {
            let prefix = Array(query.prefix(count))
            let expected: Outcome =
                switch count {
                case ..<12: .silence
                case ..<questionEnd: .header(Self.formatError)
                default: .question(Self.formatError)
                }
            #expect(try outcome(world.answer(prefix, over: transport), of: prefix) == expected, "\(count) octets")
        }
    }

    /// One octet with all its values, everywhere.
    @Test func everyOctetOfAQuery() throws {
        let query = try QueryPacket("ns.example.org", "A", edns: .init(size: 1232)).octets
        for index in query.indices {
            for value in UInt8.min ... .max {
                var packet = query
                packet[index] = value
                let answer = world.answer(packet)
                #expect(answer.isEmpty == (packet[2] & 0x80 != 0))
                if !answer.isEmpty { _ = try MessageWalker(answer) }
            }
        }
    }
}
