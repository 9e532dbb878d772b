// What name servers answer to the stub resolver: octets of the network, read against a question that they may answer.
//
// Input: the first octet chooses among questions, the rest is the message, whose number and question are put right if its
// first octet is even, as few inputs would get past them by chance.

import DNSCore
import FuzzSupport
import Resolving

private let questions: [LookupQuery] = ["a.example.org", "a.b.c.d.e.f.g.h.i.j.example", "x"].flatMap { name in
    [RecordType.a, .aaaa].map { LookupQuery((try? DomainName(name)) ?? .root, $0, id: 0x1234) }
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe octets(start, count)
    guard input.count >= 13, input.count < 65_536 else { return InputUse.leftOut }
    let query = questions[Int(input[0]) % questions.count]
    var message = Array(input.dropFirst())
    if message[0] % 2 == 0 {
        message =
            [0x12, 0x34, message[2] & 0x07 | 0x80, message[3], 0, 1] + message[6..<12]
            + query.octets.dropFirst(12) + message.dropFirst(12)
    }
    guard let response = try? LookupResponse(message, to: query) else { return InputUse.kept }
    switch response {
    case .addresses(let addresses, let timeToLive):
        demand(!addresses.isEmpty && Set(addresses).count == addresses.count, "no address twice, and one at least")
        demand(addresses.allSatisfy { $0.isV6 == (query.type == .aaaa) }, "of the family that was asked for")
        demand(addresses.count * addresses[0].octets.count < message.count, "no more than the message has")
        demand(timeToLive < 1 << 31, "RFC 2181 §8")
    case .alias(let name, _):
        demand((try? DomainName(wire: name.wire)) != nil, "a whole name")
    case .noAddress, .noName, .failure, .referral, .truncated: break
    }
    return InputUse.kept
}
