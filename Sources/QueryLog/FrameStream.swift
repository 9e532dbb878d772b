// Frame Streams: octet strings with a length in front, and control frames around them. A file has START and STOP. On a
// socket both sides first agree on the content: READY, ACCEPT, START, frames, STOP, FINISH.
// https://farsightsec.github.io/fstrm/ is its description; numbers are in network order.

/// One control frame.
struct ControlFrame: Hashable, Sendable {
    enum Kind: UInt32, Sendable {
        case accept = 1
        case start
        case stop
        case ready
        case finish
    }

    var kind: Kind
    /// What the frames are, or may be; empty where that is not said.
    var contentTypes: [[UInt8]]

    init(_ kind: Kind, contentTypes: [[UInt8]] = []) {
        self.kind = kind
        self.contentTypes = contentTypes
    }

    /// Octets of a control frame at most, without the escape and its length.
    static let longest = 512
    private static let contentTypeField: UInt32 = 1

    /// With the escape, a length of 0, that tells it from a data frame.
    var octets: [UInt8] {
        var body = bigEndian(kind.rawValue)
        for type in contentTypes { body += bigEndian(Self.contentTypeField) + bigEndian(UInt32(type.count)) + type }
        return [0, 0, 0, 0] + bigEndian(UInt32(body.count)) + body
    }

    /// Reads what follows the escape and the length; nil if it is no control frame.
    init?(body: [UInt8]) {
        guard body.count >= 4, let kind = Kind(rawValue: number(body, at: 0)) else { return nil }
        self.init(kind)
        var place = 4
        while place < body.count {
            guard place + 8 <= body.count, number(body, at: place) == Self.contentTypeField else { return nil }
            let length = Int(number(body, at: place + 4))
            guard length <= body.count - place - 8 else { return nil }
            contentTypes.append(Array(body[place + 8..<place + 8 + length]))
            place += 8 + length
        }
    }
}

/// What dnstap's frames are called.
let dnstapContentType = Array("protobuf:dnstap.Dnstap".utf8)

/// Four octets in network order.
func bigEndian(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
}

/// A number in network order, within bounds.
func number(_ octets: [UInt8], at place: Int) -> UInt32 {
    octets[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
}
