// How much of clients' addresses the query log keeps: where a query came from, and the client subnet that a resolver
// says it asks for (RFC 7871), which stands in the query and in the answer.

import DNSCore

/// Bits of addresses that are kept.
public struct ClientPrefix: Hashable, Sendable {
    /// 0 to 32.
    public var v4: Int
    /// 0 to 128.
    public var v6: Int

    public static let full = ClientPrefix(v4: 32, v6: 128)

    public init(v4: Int = 24, v6: Int = 56) {
        self.v4 = v4
        self.v6 = v6
    }

    /// The address, with zeros behind the prefix.
    func shortened(_ address: IPAddress) -> [UInt8] {
        var octets = address.octets
        Self.clear(&octets, octets.indices, behind: address.isV6 ? v6 : v4)
        return octets
    }

    private static func clear(_ octets: inout [UInt8], _ address: Range<Int>, behind bits: Int) {
        for (index, place) in address.enumerated() {
            octets[place] &= ~UInt8(truncatingIfNeeded: 0xff >> min(8, max(0, bits - 8 * index)))
        }
    }

    /// Shortens the client subnets in a message.
    /// - Parameter message: where it stands in `octets`, from anybody: what cannot be read stays as it is.
    func shortenSubnets(in octets: inout [UInt8], _ message: Range<Int>) {
        guard self != .full else { return }
        var records = RecordCursor(octets, message)
        while let record = records.next(in: octets) {
            guard record.type == RecordCursor.opt else { continue }
            var place = record.data.lowerBound
            while let code = octets.pair(at: place, before: record.data.upperBound),
                let length = octets.pair(at: place + 2, before: record.data.upperBound),
                place + 4 + length <= record.data.upperBound
            {
                if code == Self.clientSubnet, let family = octets.pair(at: place + 4, before: place + 4 + length) {
                    // Behind the family come the two prefix lengths, then the address.
                    let address = min(place + 8, place + 4 + length)..<place + 4 + length
                    Self.clear(&octets, address, behind: family == 1 ? v4 : v6)
                }
                place += 4 + length
            }
        }
    }

    /// RFC 7871 §6.
    private static let clientSubnet = 8
}

/// Goes through the records of a message (RFC 1035 §4.1), as far as they can be read.
private struct RecordCursor {
    private let end: Int
    private var place: Int
    private var records: Int

    static let opt = 41

    init(_ octets: [UInt8], _ message: Range<Int>) {
        end = message.upperBound
        place = message.lowerBound + 12
        let counts = (2...5).map { octets.pair(at: message.lowerBound + 2 * $0, before: message.upperBound) ?? 0 }
        records = counts[1] + counts[2] + counts[3]
        // Without additional records there is no OPT.
        if counts[3] == 0 { records = 0 }
        for _ in 0..<counts[0] {
            guard skipName(octets), place + 4 <= end else {
                records = 0
                return
            }
            place += 4
        }
    }

    mutating func next(in octets: [UInt8]) -> (type: Int, data: Range<Int>)? {
        guard records > 0, skipName(octets), let type = octets.pair(at: place, before: end),
            let length = octets.pair(at: place + 8, before: end), place + 10 + length <= end
        else { return nil }
        records -= 1
        let data = place + 10..<place + 10 + length
        place = data.upperBound
        return (type, data)
    }

    /// To the end of a name, or of the pointer that ends it.
    private mutating func skipName(_ octets: [UInt8]) -> Bool {
        while place < end {
            let length = Int(octets[place])
            if length >= 0xc0 {
                place += 2
                return place <= end
            }
            guard length < 64 else { return false }
            place += 1 + length
            if length == 0 { return true }
        }
        return false
    }
}

extension [UInt8] {
    /// Two octets as a number; nil where there are none.
    fileprivate func pair(at place: Int, before end: Int) -> Int? {
        place + 2 <= end ? Int(self[place]) << 8 | Int(self[place + 1]) : nil
    }
}
