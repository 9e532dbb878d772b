// RFC 1071 against its own example, and against a sum word by word.

import Testing

@testable import Listeners

@Suite struct InternetChecksumTests {
    private func sum(_ octets: [UInt8], from start: Int = 0, to end: Int? = nil, initial: UInt32 = 0) -> UInt16 {
        unsafe onesComplementSum(octets.span.bytes, from: start, to: end ?? octets.count, initial: initial)
    }

    /// RFC 1071 §3: the sum of the four words, carries added, is ddf2.
    @Test func exampleOfTheRFC() {
        #expect(sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]) == 0xddf2)
        #expect(sum([0x00, 0x01, 0xf2]) == 0xf201)
        #expect(sum([]) == 0)
        #expect(sum([0x12]) == 0x1200)
    }

    @Test func carries() {
        let ones = [UInt8](repeating: 0xff, count: 1500)
        for count in 1...1500 where count % 2 == 0 { #expect(sum(ones, to: count) == 0xffff) }
        #expect(sum([0xff, 0xff, 0x00, 0x01]) == 1)
        #expect(sum([0xff, 0xff], initial: 1) == 1)
        #expect(sum([0x00, 0x00], initial: 0xffff_ffff) == 0xffff)
        #expect(sum([0x00, 0x01], initial: 17 + 65_535) == 18)
    }

    @Test func everyPlaceAndLength() {
        var random = SystemRandomNumberGenerator()
        let octets = (0..<90).map { _ in UInt8.random(in: 0...255, using: &random) }
        for start in 0...9 {
            for end in start...90 {
                #expect(sum(octets, from: start, to: end) == slowSum(Array(octets[start..<end])), "\(start)..<\(end)")
            }
        }
    }
}
