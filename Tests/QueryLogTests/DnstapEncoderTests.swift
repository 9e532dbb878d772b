// What is logged of an exchange, read back by a reader of the tests' own.

import DNSCore
import TestSupport
import Testing

@testable import Listeners
@testable import QueryLog

@Suite struct DnstapEncoderTests {
    static let query: [UInt8] = (0..<200).map { UInt8($0) }
    static let response = [UInt8](repeating: 7, count: 300)

    private func encode(
        from client: String = "192.0.2.77", at place: TapPlace? = nil, queries: Bool = false, responses: Bool = true,
        response: [UInt8] = Self.response, prefix: ClientPrefix = ClientPrefix(), identity: String = "ns1"
    ) throws -> [[Field]] {
        var encoder = DnstapEncoder(
            identity: identity, version: "TriageDNS test", prefix: prefix, logsQueries: queries,
            logsResponses: responses)
        let exchange = TappedExchange(
            client: try #require(IPAddress(client)), port: 53_001, seconds: 1_700_000_000, nanoseconds: 987_654_321)
        let place = place ?? TapPlace(address: IPAddress("192.0.2.53"), port: 53, transport: .udp)
        var stream: [UInt8] = []
        let count = encoder.append(
            exchange, at: place, query: Self.query.span, response: response.span, to: &stream)
        let messages = try frames(of: stream).map { frame in
            guard case .data(let octets) = frame else { throw WrongEncoding() }
            return try fields(of: octets)
        }
        #expect(messages.count == count)
        return messages
    }

    @Test func aResponseWithItsQuery() throws {
        let messages = try encode()
        #expect(messages.count == 1)
        let outer = messages[0]
        #expect(outer[field: 1]?.octets == Array("ns1".utf8) && outer[field: 2]?.octets == Array("TriageDNS test".utf8))
        #expect(outer[field: 15]?.value == 1)
        let message = try fields(of: try #require(outer[field: 14]?.octets))
        #expect(message.map(\.number) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14])
        #expect(message[field: 1]?.value == 2 && message[field: 2]?.value == 1 && message[field: 3]?.value == 1)
        #expect(message[field: 4]?.octets == [192, 0, 2, 0] && message[field: 5]?.octets == [192, 0, 2, 53])
        #expect(message[field: 6]?.value == 53_001 && message[field: 7]?.value == 53)
        #expect(message[field: 8]?.value == 1_700_000_000 && message[field: 9]?.value == 987_654_321)
        #expect(message[field: 12]?.value == 1_700_000_000 && message[field: 13]?.value == 987_654_321)
        #expect(message[field: 10]?.octets == Self.query && message[field: 14]?.octets == Self.response)
    }

    @Test func queriesAndResponsesApart() throws {
        let messages = try encode(queries: true).map { try fields(of: try #require($0[field: 14]?.octets)) }
        #expect(messages.map { $0[field: 1]?.value } == [1, 2])
        #expect(
            messages[0][field: 10]?.octets == Self.query && messages[0][field: 14] == nil
                && messages[0][field: 12] == nil)
        #expect(
            messages[1][field: 10] == nil && messages[1][field: 8] != nil
                && messages[1][field: 14]?.octets == Self.response)
    }

    @Test func whatGotNoAnswer() throws {
        #expect(try encode(response: []).isEmpty)
        #expect(try encode(queries: true, response: []).count == 1)
        #expect(try encode(queries: true, responses: false).count == 1)
    }

    @Test func placesAndTransports() throws {
        let place = TapPlace(address: nil, port: 5300, transport: .tcp)
        let message = try fields(
            of: try #require(encode(from: "2001:db8:1:2ff:3::4", at: place, identity: "")[0][field: 14]?.octets))
        #expect(try encode(identity: "")[0][field: 1] == nil)
        #expect(message[field: 2]?.value == 2 && message[field: 3]?.value == 2)
        #expect(message[field: 5] == nil && message[field: 7]?.value == 5300)
        #expect(message[field: 4]?.octets == IPAddress("2001:db8:1:200::")?.octets)
    }

    @Test(
        arguments: [
            ("192.0.2.255", 24, "192.0.2.0"), ("192.0.2.255", 32, "192.0.2.255"), ("192.0.2.255", 0, "0.0.0.0"),
            ("192.0.2.255", 29, "192.0.2.248"), ("255.255.255.255", 1, "128.0.0.0"),
            ("2001:db8:ffff:ffff:ffff::1", 56, "2001:db8:ffff:ff00::"), ("ffff::ffff", 128, "ffff::ffff"),
            ("2001:db8::1", 0, "::"), ("ffff:ffff::", 17, "ffff:8000::"),
        ])
    func prefixes(_ client: String, _ bits: Int, _ kept: String) throws {
        let address = try #require(IPAddress(client))
        let prefix = ClientPrefix(v4: address.isV6 ? 24 : bits, v6: address.isV6 ? bits : 56)
        #expect(prefix.shortened(address) == IPAddress(kept)?.octets)
    }
}

/// RFC 7871: the client subnet in a message says who asks, as the source address does.
@Suite struct ClientSubnetTests {
    /// A query with an OPT record that holds an unknown option, then client subnets.
    private func query(_ subnets: [[UInt8]], answers: Int = 0) -> [UInt8] {
        var octets: [UInt8] =
            [1, 2, 0, 0, 0, 1, 0, UInt8(answers), 0, 0, 0, 1, 3] + Array("www".utf8) + [0, 0, 1, 0, 1]
        for _ in 0..<answers { octets += [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 255] }
        let options: [UInt8] =
            [0xfd, 0xe9, 0, 3, 255, 255, 255] + subnets.flatMap { [0, 8, 0, UInt8($0.count)] + $0 }
        return octets + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8(options.count)] + options
    }

    private func shortened(_ octets: [UInt8], _ prefix: ClientPrefix = ClientPrefix()) -> [UInt8] {
        // Something stands before and behind it that is nobody's business.
        var all = [255, 255, 255] + octets + [255, 255]
        prefix.shortenSubnets(in: &all, 3..<3 + octets.count)
        #expect(all.prefix(3) == [255, 255, 255] && all.suffix(2) == [255, 255])
        return Array(all.dropFirst(3).dropLast(2))
    }

    @Test(arguments: [0, 3]) func areShortened(_ answers: Int) {
        let v4: [UInt8] = [0, 1, 32, 0, 192, 0, 2, 77]
        let v6: [UInt8] = [0, 2, 64, 0, 0x20, 1, 0xd, 0xb8, 255, 255, 255, 255]
        let short4: [UInt8] = [0, 1, 32, 0, 192, 0, 2, 0]
        let short6: [UInt8] = [0, 2, 64, 0, 0x20, 1, 0xd, 0xb8, 255, 255, 255, 0]
        #expect(shortened(query([v4, v6], answers: answers)) == query([short4, short6], answers: answers))
        #expect(shortened(query([v4], answers: answers), .full) == query([v4], answers: answers))
        #expect(shortened(query([[0, 1, 8, 0, 10]])) == query([[0, 1, 8, 0, 10]]))
        #expect(shortened(query([])) == query([]))
    }

    /// Anything may come: nothing is read or written outside, and nothing traps.
    @Test func anyOctets() {
        var random = RandomSource(seed: 7)
        let whole = query([[0, 1, 32, 0, 192, 0, 2, 77]], answers: 2)
        for _ in 0..<20_000 {
            var octets = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
            for _ in 0..<Int.random(in: 0...6, using: &random) where !octets.isEmpty {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            #expect(shortened(octets).count == octets.count)
        }
    }
}
