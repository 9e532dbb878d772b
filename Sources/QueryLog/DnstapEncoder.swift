// One dnstap message in Protocol Buffers' encoding: a dozen fields of four kinds. The numbers are those of dnstap.proto,
// https://github.com/dnstap/dnstap.pb.

import DNSCore
import Listeners

/// Writes dnstap frames.
struct DnstapEncoder {
    private let identity: [UInt8]
    private let version: [UInt8]
    private let prefix: ClientPrefix
    private let logsQueries: Bool
    private let logsResponses: Bool
    /// Room that is filled again and again.
    private var message: [UInt8] = []

    private enum MessageType: UInt64 {
        case authQuery = 1
        case authResponse = 2
    }

    init(identity: String, version: String, prefix: ClientPrefix, logsQueries: Bool, logsResponses: Bool) {
        self.identity = Array(identity.utf8)
        self.version = Array(version.utf8)
        self.prefix = prefix
        self.logsQueries = logsQueries
        self.logsResponses = logsResponses
    }

    /// Appends a data frame for each message that is logged of an exchange.
    /// - Returns: how many.
    mutating func append(
        _ exchange: TappedExchange, at place: TapPlace, query: Span<UInt8>, response: Span<UInt8>,
        to frames: inout [UInt8]
    ) -> Int {
        var count = 0
        if logsQueries {
            start(.authQuery, exchange, place)
            addQuery(query, exchange)
            finish(&frames)
            count += 1
        }
        if logsResponses, response.count > 0 {
            start(.authResponse, exchange, place)
            // Once is enough.
            if logsQueries { addQueryTime(exchange) } else { addQuery(query, exchange) }
            message.addNumber(12, UInt64(clamping: exchange.seconds))
            message.addFixed(13, exchange.nanoseconds)
            add(14, response)
            finish(&frames)
            count += 1
        }
        return count
    }

    private mutating func start(_ type: MessageType, _ exchange: TappedExchange, _ place: TapPlace) {
        message.removeAll(keepingCapacity: true)
        message.addNumber(1, type.rawValue)
        message.addNumber(2, exchange.client.isV6 ? 2 : 1)
        let socketProtocol: UInt64 =
            switch place.transport {
            case .udp: 1
            case .tcp: 2
            case .tls: 3
            }
        message.addNumber(3, socketProtocol)
        message.addOctets(4, prefix.shortened(exchange.client))
        if let address = place.address { message.addOctets(5, address.octets) }
        message.addNumber(6, UInt64(exchange.port))
        message.addNumber(7, UInt64(place.port))
    }

    private mutating func addQuery(_ query: Span<UInt8>, _ exchange: TappedExchange) {
        addQueryTime(exchange)
        add(10, query)
    }

    private mutating func addQueryTime(_ exchange: TappedExchange) {
        message.addNumber(8, UInt64(clamping: exchange.seconds))
        message.addFixed(9, exchange.nanoseconds)
    }

    /// A DNS message.
    private mutating func add(_ field: UInt64, _ octets: Span<UInt8>) {
        message.addTag(field, .octets)
        message.addVarint(UInt64(octets.count))
        let start = message.count
        unsafe octets.withUnsafeBufferPointer { unsafe message.append(contentsOf: $0) }
        prefix.shortenSubnets(in: &message, start..<message.count)
    }

    /// Puts the message into its envelope, and that into a frame.
    private mutating func finish(_ frames: inout [UInt8]) {
        let start = frames.count
        frames += [0, 0, 0, 0]
        if !identity.isEmpty { frames.addOctets(1, identity) }
        frames.addOctets(2, version)
        frames.addOctets(14, message)
        // Of the kinds of dnstap, MESSAGE.
        frames.addNumber(15, 1)
        for (index, octet) in bigEndian(UInt32(frames.count - start - 4)).enumerated() { frames[start + index] = octet }
    }
}

/// How a field's value is written.
private enum WireType: UInt64 {
    case varint = 0
    case octets = 2
    case fixed32 = 5
}

extension [UInt8] {
    fileprivate mutating func addTag(_ field: UInt64, _ type: WireType) { addVarint(field << 3 | type.rawValue) }

    fileprivate mutating func addVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func addNumber(_ field: UInt64, _ value: UInt64) {
        addTag(field, .varint)
        addVarint(value)
    }

    /// Four octets, the lowest first.
    fileprivate mutating func addFixed(_ field: UInt64, _ value: UInt32) {
        addTag(field, .fixed32)
        for shift in stride(from: UInt32(0), to: 32, by: 8) { append(UInt8(value >> shift & 0xff)) }
    }

    fileprivate mutating func addOctets(_ field: UInt64, _ octets: [UInt8]) {
        addTag(field, .octets)
        addVarint(UInt64(octets.count))
        append(contentsOf: octets)
    }
}
