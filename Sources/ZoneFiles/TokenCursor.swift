// The words of a logical line, without copying them. See LogicalLine for what its text can hold.

internal import DNSCore

/// Where the reading of a logical line stands.
struct TokenCursor {
    var offset = 0

    /// The range of the next word; a quoted string is one word, or part of one.
    @inline(__always)
    mutating func next(in text: Span<UInt8>) -> Range<Int>? {
        while offset < text.count, text[offset] == Octet.space { offset += 1 }
        guard offset < text.count else { return nil }
        let start = offset
        var isQuoted = false
        while offset < text.count, isQuoted || text[offset] != Octet.space {
            if text[offset] == Octet.quote { isQuoted.toggle() }
            offset += 1
        }
        return start..<offset
    }
}

extension Span<UInt8> {
    /// The octets of `range` as text, for messages: cut after 60 of them.
    func excerpt(_ range: Range<Int>) -> String {
        let text = String(decoding: range.prefix(60).map { self[$0] }, as: UTF8.self)
        return range.count > 60 ? text + "…" : text
    }

    /// The octets of `range` with quotes dropped and escapes replaced by what they stand for.
    func unescaped(_ range: Range<Int>) -> [UInt8] {
        var octets: [UInt8] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            if self[offset] == Octet.backslash {
                octets.append(escape(&offset))
            } else {
                if self[offset] != Octet.quote { octets.append(self[offset]) }
                offset += 1
            }
        }
        return octets
    }

    /// The octet that the escape at `offset` stands for, `\DDD` or `\#`; moves `offset` behind it.
    @inline(__always)
    func escape(_ offset: inout Int) -> UInt8 {
        guard offset + 3 < count, Octet.isDigit(self[offset + 1]) else {
            offset = Swift.min(offset + 2, count)
            return self[offset - 1]
        }
        let hundreds = (self[offset + 1] &- Octet.zero) &* 100
        let tens = (self[offset + 2] &- Octet.zero) &* 10
        let ones = self[offset + 3] &- Octet.zero
        offset += 4
        return hundreds &+ tens &+ ones
    }

    /// Whether the octets of `range` are `word`, given in upper case, in any case.
    func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            let expected = unsafe word.utf8Start[index]
            guard DomainName.canonical(self[range.lowerBound + index]) == DomainName.canonical(expected) else {
                return false
            }
        }
        return true
    }

    /// The octets of `range` as a decimal number; nil if there is anything but digits, or more than `maximum`.
    func decimal(_ range: Range<Int>, maximum: UInt64) -> UInt64? {
        guard !range.isEmpty, range.count <= 19 else { return nil }
        var value: UInt64 = 0
        for index in range {
            guard Octet.isDigit(self[index]) else { return nil }
            value = value * 10 + UInt64(self[index] - Octet.zero)
        }
        return value <= maximum ? value : nil
    }

    /// The octets of `range` as seconds, with units as BIND writes them: `300`, `5m`, `1h30m`; nil if they are not.
    func seconds(_ range: Range<Int>) -> UInt64? {
        guard range.count <= 19 else { return nil }
        var total: UInt64 = 0
        var number: UInt64?
        for index in range {
            let octet = self[index]
            if Octet.isDigit(octet) {
                number = min((number ?? 0) * 10 + UInt64(octet - Octet.zero), 1 << 40)
                continue
            }
            guard let amount = number else { return nil }
            switch DomainName.canonical(octet) {
            case UInt8(ascii: "s"): total += amount
            case UInt8(ascii: "m"): total += amount * 60
            case UInt8(ascii: "h"): total += amount * 3_600
            case UInt8(ascii: "d"): total += amount * 86_400
            case UInt8(ascii: "w"): total += amount * 604_800
            default: return nil
            }
            number = nil
        }
        return range.isEmpty ? nil : total + (number ?? 0)
    }
}

private func min(_ left: UInt64, _ right: UInt64) -> UInt64 { left < right ? left : right }
