// What a name server's octets mean, and that octets of others, or broken ones, mean nothing.

import DNSCore
import Testing

@testable import Resolving

@Suite struct LookupResponseTests {
    private let a = IPAddress.v4(0xc000_020b)
    private let b = IPAddress.v4(0xc000_020c)

    @Test func theQuestionIsWhatResolversTake() throws {
        // RFC 1035 §4.1: RD, one question, nothing else.
        #expect(
            try query("a.example", .aaaa).octets
                == [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 7] + Array("example".utf8) + [0, 0, 28, 0, 1])
    }

    @Test func readsACapturedAnswer() throws {
        // From unbound, by way of `dig +noedns www.example.org`, with a CNAME whose name is compressed.
        var message = try TestMessage("www.example.org")
        message.answers = [
            record(pointerToQuestion, .cname, 300, [4] + Array("host".utf8) + [0xc0, 16]),
            record([0xc0, 45], .a, 60, a.octets),
        ]
        #expect(message.octets[45] == 4)
        #expect(try read(message, asking: query("www.example.org")) == .addresses([a], timeToLive: 60))
    }

    @Test func followsAChainInAnyOrderAndTakesTheLowestTimeToLive() throws {
        var message = try TestMessage("a.example")
        message.answers = [
            record(try wire("C.example"), .a, 90, b.octets),
            record(try wire("b.example"), .cname, 20, try wire("c.example")),
            record(try wire("c.example"), .a, 80, a.octets),
            record(try wire("A.example"), .cname, 50, try wire("b.example")),
            record(try wire("c.example"), .a, 80, a.octets),
        ]
        #expect(try read(message, asking: query("a.example")) == .addresses([b, a], timeToLive: 20))
    }

    @Test func takesNoRecordThatTheChainDoesNotLeadTo() throws {
        var message = try TestMessage("a.example")
        message.answers = [
            record(try wire("other.example"), .a, 60, a.octets),
            record(try wire("other.example"), .cname, 60, try wire("a.example")),
        ]
        message.additional = [record(try wire("a.example"), .a, 60, a.octets)]
        message.authority = [soa(try wire("example"), 30, minimum: 300)]
        #expect(try read(message, asking: query("a.example")) == .noAddress(timeToLive: 30))
        // An A record is no answer to AAAA.
        message = try TestMessage("a.example", .aaaa)
        message.answers = [record(pointerToQuestion, .a, 60, a.octets)]
        #expect(try read(message, asking: query("a.example", .aaaa)) == .noAddress(timeToLive: 0))
    }

    @Test func aChainThatTheServerDoesNotFollowLeadsOn() throws {
        var message = try TestMessage("a.example")
        message.answers = [record(pointerToQuestion, .cname, 50, try wire("far.example.net"))]
        #expect(
            try read(message, asking: query("a.example"))
                == .alias(DomainName("far.example.net"), timeToLive: 50))
        // With an SOA it says that there is nothing at the chain's end (RFC 2308 §2.2).
        message.authority = [soa(try wire("example.net"), 600, minimum: 40)]
        #expect(try read(message, asking: query("a.example")) == .noAddress(timeToLive: 40))
    }

    @Test func aCircleOfAliasesComesToAnEnd() throws {
        var message = try TestMessage("a.example")
        message.answers = [
            record(pointerToQuestion, .cname, 50, try wire("b.example")),
            record(try wire("b.example"), .cname, 50, try wire("a.example")),
        ]
        #expect(try read(message, asking: query("a.example")) == .alias(DomainName("a.example"), timeToLive: 50))
    }

    @Test func knowsWhyThereAreNone() throws {
        var message = try TestMessage("a.example")
        message.authority = [soa(try wire("example"), 600, minimum: 45)]
        #expect(try read(message, asking: query("a.example")) == .noAddress(timeToLive: 45))
        message.flags = 0x8183
        #expect(try read(message, asking: query("a.example")) == .noName(timeToLive: 45))
        for (code, meaning) in [(UInt16(2), ResponseCode.serverFailure), (5, .refused)] {
            message.flags = 0x8180 | code
            #expect(try read(message, asking: query("a.example")) == .failure(meaning))
        }
        message.flags = 0x8100
        message.authority = [record(try wire("example"), .ns, 600, try wire("ns.example"))]
        #expect(try read(message, asking: query("a.example")) == .referral)
        message.flags = 0x8380
        #expect(try read(message, asking: query("a.example")) == .truncated)
    }

    /// RFC 5452 §9.1.
    @Test func whatAnswersSomethingElseIsNoAnswer() throws {
        var good = try TestMessage("a.example")
        good.answers = [record(pointerToQuestion, .a, 60, a.octets)]
        #expect(try read(good, asking: query("a.example")) == .addresses([a], timeToLive: 60))
        var others: [TestMessage] = Array(repeating: good, count: 6)
        others[0].id = 0x1235
        others[1].flags = 0x0180  // a query
        others[2].flags = 0x9180  // another opcode
        others[3].question = try TestMessage("b.example").question
        others[4].question = try TestMessage("a.example", .aaaa).question
        others[5].question = []
        for other in others { #expect(try read(other, asking: query("a.example")) == nil) }
        #expect(try LookupResponse([], to: query("a.example")) == nil)
        #expect(try LookupResponse(Array(good.octets.prefix(20)), to: query("a.example")) == nil)
    }

    @Test func whatIsBrokenIsMalformed() throws {
        let query = try query("a.example")
        func isMalformed(_ answer: [UInt8]) throws -> Bool {
            var message = try TestMessage("a.example")
            message.answers = [answer]
            do {
                _ = try read(message, asking: query)
                return false
            } catch { return true }
        }
        // To itself, forwards, to the header's end and so into nothing that ends.
        #expect(try isMalformed(record([0xc0, 27], .a, 60, a.octets)))
        #expect(try isMalformed(record([0xc0, 40], .a, 60, a.octets)))
        #expect(try isMalformed(record([0x80, 12], .a, 60, a.octets)))
        #expect(try isMalformed(record([64] + [UInt8](repeating: 0x61, count: 64) + [0], .a, 60, a.octets)))
        // A name of more than 255 octets.
        let label = [UInt8(63)] + [UInt8](repeating: 0x61, count: 63)
        #expect(try isMalformed(record(label + label + label + label + [0], .a, 60, a.octets)))
        // Data of another length than the type has, or than there is.
        #expect(try isMalformed(record(pointerToQuestion, .a, 60, [192, 0, 2])))
        #expect(try isMalformed(record(pointerToQuestion, .aaaa, 60, a.octets)))
        #expect(try isMalformed(record(pointerToQuestion, .cname, 60, pointerToQuestion + [0])))
        #expect(try isMalformed(Array(record(pointerToQuestion, .a, 60, a.octets).dropLast())))
        // A TTL that is no such number (RFC 2181 §8), and a class that is not ours.
        var message = try TestMessage("a.example")
        message.answers = [record(pointerToQuestion, .a, 0x8000_0001, a.octets)]
        #expect(try read(message, asking: query) == .addresses([a], timeToLive: 0))
        message.answers[0][5] = 3
        #expect(try read(message, asking: query) == .noAddress(timeToLive: 0))
    }

    /// Each prefix of a good message is no answer, or malformed, and never another answer.
    @Test func aCutMessageSaysNothing() throws {
        var message = try TestMessage("a.example")
        message.answers = [
            record(pointerToQuestion, .cname, 50, try wire("b.example")),
            record(try wire("b.example"), .a, 60, a.octets),
        ]
        for length in 0..<message.octets.count {
            let cut = try? LookupResponse(Array(message.octets.prefix(length)), to: query("a.example"))
            #expect(cut == nil, "\(length)")
        }
    }
}
