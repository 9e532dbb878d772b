import DNSCore
import Foundation
import Testing

@testable import AdminRequests

/// What requests say, and what is refused with which words.
@Suite struct RequestTests {
    private func query(_ text: String?) -> Result<QueryParameters, RequestError> {
        Result { () throws(RequestError) in try QueryParameters(text, known: ["after", "limit", "name"]) }
    }

    @Test func parametersAreDecoded() throws {
        let parameters = try query("limit=5&name=a%2Eb+c").get()
        #expect(parameters.text("name") == "a.b c")
        #expect(try parameters.number("limit", in: 1...9) == 5)
        #expect(try parameters.number("after", in: 0...UInt64.max) == nil)
        #expect(try query(nil).get().text("name") == nil)
    }

    @Test(arguments: [
        ("limits=5", #"unknown parameter "limits"; write after, limit, name"#),
        ("limit=5&limit=6", "the parameter limit is there twice; keep one"),
        ("name=%ff", #""%ff" is not percent-encoded UTF-8; write % as %25"#),
        ("name=%2", #""%2" is not percent-encoded UTF-8; write % as %25"#),
    ])
    func parametersThatAreNotUnderstood(text: String, problem: String) {
        #expect(throws: RequestError(problem)) { try query(text).get() }
    }

    @Test(arguments: ["", "-1", "+5", "0", "10", "5.0", "٥", "99999999999999999999"])
    func numbersAreDigitsWithinTheirRange(text: String) throws {
        let parameters = try query("limit=\(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")")
            .get()
        #expect(throws: RequestError("limit must be a whole number from 1 to 9")) {
            try parameters.number("limit", in: 1...9)
        }
    }

    @Test(arguments: [
        (#""a""#, true), (#""b", "a""#, true), (#"W/"a""#, true), ("*", true), (" * ", true), (#"  "a"  "#, true),
        (#""b""#, false), ("a", false), ("", false), (#""a"#, false),
    ])
    func entityTags(field: String, isKnown: Bool) {
        #expect(EntityTags.match(field, #""a""#) == isKnown)
    }

    @Test func hosts() {
        #expect(HostField("DNS.example:8053") == .name("dns.example"))
        #expect(HostField("[::1]:8053") == .address(.v6(0, 1)))
        #expect(HostField("127.0.0.1") == .address(.v4(0x7f00_0001)))
        for text in ["", "[::1", "[127.0.0.1]", "a b", "a@b", "a:b", "::1", "a:123456", "a/b"] {
            #expect(HostField(text) == nil, "\(text)")
        }
    }

    @Test func wordsOfPaths() {
        #expect(pathWord("a%2Fb") == "a/b")
        #expect(pathWord("%ff") == nil)
        #expect(pathWord("a%00") == nil)
        #expect(isPath("/v1/pools/a", of: "/v1/pools/{pool}"))
        #expect(!isPath("/v1/pools/a/b", of: "/v1/pools/{pool}"))
    }

    @Test func places() throws {
        let place = ZonePlace(try DomainName("www.Example"))
        #expect(place.description == "00000000" + "03777777076578616d706c6500")
        #expect(ZonePlace(place.description) == place)
        for text in ["", "00000000", "0000000000x0", "0000000003777777", "000000000357575700", "0000000000" + "00"] {
            #expect(ZonePlace(text) == nil, "\(text)")
        }
    }

    @Test func formFields() {
        #expect(formField("token", of: "a=b&token=c%20d+") == "c d")
        #expect(formField("token", of: "a=b") == nil)
        #expect(formField("token", of: "token=%f") == nil)
    }
}
