// A reader of Protocol Buffers of its own, that knows nothing of the encoder: fields by number, as they come.

import Testing

/// One field: its number, and its value as a number or as octets.
struct Field: Hashable {
    var number: UInt64
    var value: UInt64 = 0
    var octets: [UInt8]?
}

/// Reads all fields of a message; throws where the encoding is wrong.
func fields(of octets: [UInt8]) throws -> [Field] {
    var rest = octets[...]
    var fields: [Field] = []
    while !rest.isEmpty {
        let tag = try varint(&rest)
        var field = Field(number: tag >> 3)
        switch tag & 7 {
        case 0: field.value = try varint(&rest)
        case 2: field.octets = try take(Int(varint(&rest)), of: &rest)
        case 5: field.value = try take(4, of: &rest).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        default: throw WrongEncoding()
        }
        fields.append(field)
    }
    return fields
}

struct WrongEncoding: Error {}

private func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard let octet = rest.popFirst() else { throw WrongEncoding() }
        value |= UInt64(octet & 0x7f) << shift
        if octet < 0x80 { return value }
    }
    throw WrongEncoding()
}

private func take(_ count: Int, of rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
    guard count <= rest.count else { throw WrongEncoding() }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
}

/// Cuts a stream into frames: data frames as they are, control frames as their kind.
enum Frame: Hashable {
    case data([UInt8])
    case control(kind: Int, fields: [UInt8])
}

func frames(of stream: [UInt8]) throws -> [Frame] {
    var rest = stream[...]
    var frames: [Frame] = []
    let number = { (octets: [UInt8]) in octets.reduce(0) { $0 << 8 | Int($1) } }
    while !rest.isEmpty {
        let length = number(try take(4, of: &rest))
        if length > 0 {
            frames.append(.data(try take(length, of: &rest)))
        } else {
            let body = try take(number(try take(4, of: &rest)), of: &rest)
            frames.append(.control(kind: number(Array(body.prefix(4))), fields: Array(body.dropFirst(4))))
        }
    }
    return frames
}

extension [Field] {
    subscript(field number: UInt64) -> Field? { first { $0.number == number } }
}
