// Messages of name servers, put together octet by octet.

import DNSCore

@testable import Resolving

/// A response under construction.
struct TestMessage {
    var id: UInt16 = 0x1234
    var flags: UInt16 = 0x8180
    var question: [UInt8]
    var answers: [[UInt8]] = []
    var authority: [[UInt8]] = []
    var additional: [[UInt8]] = []

    init(_ name: String, _ type: RecordType = .a) throws {
        question = try wire(name) + type.rawValue.octets + UInt16(1).octets
    }

    var octets: [UInt8] {
        let counts = [answers.count, authority.count, additional.count].map { UInt16($0) }
        let header: [UInt8] = ([id, flags, question.isEmpty ? 0 : 1] + counts).flatMap(\.octets)
        return header + question + (answers + authority + additional).joined()
    }
}

func wire(_ name: String) throws -> [UInt8] { try DomainName(name).wire }

/// A record; its owner as octets, for those that are compressed.
func record(_ owner: [UInt8], _ type: RecordType, _ timeToLive: UInt32, _ data: [UInt8]) -> [UInt8] {
    let header: [UInt16] = [
        type.rawValue, 1, UInt16(timeToLive >> 16), UInt16(truncatingIfNeeded: timeToLive), UInt16(data.count),
    ]
    return owner + header.flatMap(\.octets) + data
}

/// To the name in the question.
let pointerToQuestion: [UInt8] = [0xc0, 12]

func soa(_ owner: [UInt8], _ timeToLive: UInt32, minimum: UInt32) -> [UInt8] {
    let numbers: [UInt32] = [1, 7200, 900, 1_209_600, minimum]
    let octets = numbers.flatMap { [UInt16($0 >> 16), UInt16(truncatingIfNeeded: $0)] }.flatMap(\.octets)
    return record(owner, .soa, timeToLive, [0, 0] + octets)
}

func query(_ name: String, _ type: RecordType = .a) throws -> LookupQuery {
    LookupQuery(try DomainName(name), type, id: 0x1234)
}

/// What the resolver reads of it.
func read(_ message: TestMessage, asking query: LookupQuery) throws -> LookupResponse? {
    try LookupResponse(message.octets, to: query)
}
