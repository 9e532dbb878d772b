// The ring between a worker and the query log, and the share of queries that comes to it.

import DNSCore
import TestSupport
import Testing

@testable import Listeners

@Suite struct QueryRingTests {
    private static let place = TapPlace(address: nil, port: 53, transport: .udp)

    private func exchange(_ number: Int) -> TappedExchange {
        TappedExchange(client: .v4(UInt32(number)), port: 1, seconds: Int64(number), nanoseconds: 0)
    }

    /// Octets that tell a wrong place or number.
    private func octets(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(($0 + number) & 0xff) } }

    @Test func whatIsWrittenIsRead() {
        let ring = QueryRing(place: Self.place, capacity: QueryRing.leastCapacity)
        var random = RandomSource(seed: 1)
        var (written, read) = (0, 0)
        var lengths: [(Int, Int)] = []
        // Goes round some twenty times.
        while written < 40_000 {
            for _ in 0..<Int.random(in: 0...300, using: &random) {
                let length = (Int.random(in: 0...200, using: &random), Int.random(in: 0...400, using: &random))
                let (query, response) = (octets(written, length.0), octets(written + 1, length.1))
                ring.write(exchange(written), query: query.span, response: response.span, messages: 1)
                lengths.append(length)
                written += 1
            }
            var left = Int.random(in: 0...400, using: &random)
            ring.read { exchange, query, response in
                let isRight =
                    exchange.seconds == read && exchange.client == .v4(UInt32(read))
                    && query.count == lengths[read].0 && response.count == lengths[read].1
                    && (query.isEmpty || query[query.count - 1] == UInt8((read + query.count - 1) & 0xff))
                    && (response.isEmpty || response[0] == UInt8((read + 1) & 0xff))
                #expect(isRight, "number \(read)")
                read += 1
                left -= 1
                return left > 0
            }
            // The reader is slower by chance: what found no room must not be looked for.
            if ring.dropped > 0 || written - read > 300 {
                ring.read { _, _, _ in
                    read += 1
                    return true
                }
            }
            #expect(ring.dropped == 0)
        }
    }

    @Test func whatFindsNoRoomIsCounted() {
        let ring = QueryRing(place: Self.place, capacity: QueryRing.leastCapacity)
        let message = [UInt8](repeating: 1, count: 65_535)
        let short: [UInt8] = [1]
        for number in 0..<10 { ring.write(exchange(number), query: message.span, response: message.span, messages: 2) }
        // Each takes two messages and what is known beside them.
        #expect(ring.dropped == 2 * 7)
        var seen: [Int64] = []
        ring.read { exchange, query, response in
            #expect(query.count == 65_535 && response.count == 65_535)
            seen.append(exchange.seconds)
            return true
        }
        #expect(seen == [0, 1, 2])
        ring.write(exchange(10), query: message.span, response: short.span, messages: 2)
        ring.read { exchange, query, response in
            #expect(exchange.seconds == 10 && query.count == 65_535 && response[0] == 1)
            return true
        }
        #expect(ring.dropped == 14)
    }

    /// 30 exchanges by 100,000: with a chance of 1 % there are 1,000 of them, and a standard deviation of 31.
    @Test(arguments: [0.01, 0.3, 0.9]) func aShareIsTaken(_ share: Double) {
        for seed in UInt64(0)..<8 {
            var sampler = Sampler(share: share, seed: seed)
            var (taken, pairs, wasTaken) = (0, 0, false)
            let count = 100_000
            for _ in 0..<count {
                let isTaken = sampler.takes()
                if isTaken { taken += 1 }
                if isTaken, wasTaken { pairs += 1 }
                wasTaken = isTaken
            }
            let bound = { (chance: Double) in 5 * (Double(count) * chance * (1 - chance)).squareRoot() }
            #expect(abs(Double(taken) - Double(count) * share) < bound(share))
            // Each is chosen for itself: two in a row are as likely as that (and not independent of each other).
            #expect(abs(Double(pairs) - Double(count) * share * share) < 2 * bound(share * share))
        }
        var all = Sampler(share: 1, seed: 1)
        #expect((0..<1000).allSatisfy { _ in all.takes() })
    }
}
