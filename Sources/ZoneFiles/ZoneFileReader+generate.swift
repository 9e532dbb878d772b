// $GENERATE start-stop[/step] owner [TTL] [class] type data, as BIND has it: `$` is the number, `$$` or `\$` a dollar
// sign, `${offset,width,base}` the number plus offset, padded with zeros, in base d, o, x, X, n or N (nibbles, reversed).

internal import DNSCore

extension ZoneFileReader {
    /// How many records one $GENERATE may make.
    static let maximumGenerated = 1_000_000

    mutating func generate<Sink: RecordSink & ~Copyable>(
        _ text: Span<UInt8>, _ cursor: inout TokenCursor, into sink: inout Sink
    ) throws(Problem) {
        guard let word = cursor.next(in: text), let range = GenerateRange(text, word) else {
            throw Problem("$GENERATE needs a range such as 1-100 or 0-254/2, the smaller number first")
        }
        guard range.count <= Self.maximumGenerated else {
            throw Problem(
                "$GENERATE would make \(range.count) records, the limit is \(Self.maximumGenerated); split it")
        }
        guard cursor.hasMore(in: text) else {
            throw Problem("$GENERATE needs a record after the range; write $GENERATE 1-9 host$ A 192.0.2.$")
        }
        let start = cursor.offset + 1
        var line: [UInt8] = []
        for number in stride(from: range.start, through: range.stop, by: range.step) {
            line.removeAll(keepingCapacity: true)
            do throws(Problem) {
                try expand(text, start..<text.count, number, into: &line)
                guard line.count <= LineScanner.maximumLength else {
                    throw Problem("the line is longer than 65536 octets")
                }
                try readRecord(line.span, startsBlank: false, into: &sink)
            } catch {
                // The numbers after it would most likely fail in the same way.
                throw Problem("at \(number) of $GENERATE: \(error.message)")
            }
        }
    }

    private func expand(
        _ text: Span<UInt8>, _ range: Range<Int>, _ number: Int, into line: inout [UInt8]
    ) throws(Problem) {
        var index = range.lowerBound
        while index < range.upperBound {
            let octet = text[index]
            index += 1
            guard octet == Octet.dollar else {
                line.append(octet)
                continue
            }
            let next = index < range.upperBound ? text[index] : 0
            if next == Octet.dollar {
                line.append(contentsOf: "\\036".utf8)
                index += 1
            } else if next == UInt8(ascii: "{") {
                guard let end = (index..<range.upperBound).first(where: { text[$0] == UInt8(ascii: "}") }),
                    let format = GenerateFormat(text.excerpt(index + 1..<end)),
                    let digits = format.text(of: number)
                else {
                    throw Problem(
                        "${ must be followed by offset,width,base}; write ${0,3,d}, the base one of d o x X n N")
                }
                line.append(contentsOf: digits.utf8)
                index = end + 1
            } else {
                line.append(contentsOf: String(number).utf8)
            }
        }
    }
}

/// `start-stop[/step]`.
private struct GenerateRange {
    let start: Int
    let stop: Int
    let step: Int

    var count: Int { (stop - start) / step + 1 }

    init?(_ text: Span<UInt8>, _ word: Range<Int>) {
        let parts = text.excerpt(word).split(separator: "/", omittingEmptySubsequences: false)
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        let maximum = 2_147_483_647
        guard parts.count <= 2, bounds.count == 2, let start = Int(bounds[0]), let stop = Int(bounds[1]),
            let step = parts.count == 2 ? Int(parts[1]) : 1, start <= stop,
            0...maximum ~= stop, 0...maximum ~= start, 1...maximum ~= step
        else { return nil }
        (self.start, self.stop, self.step) = (start, stop, step)
    }
}

/// `offset,width,base` of a `${…}`.
private struct GenerateFormat {
    let offset: Int
    let width: Int
    let base: Character

    init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard 1...3 ~= parts.count, let offset = Int(parts[0]), -2_147_483_647...2_147_483_647 ~= offset,
            let width = parts.count > 1 ? Int(parts[1]) : 0, 0...255 ~= width,
            let base = parts.count > 2 ? Character(exactly: parts[2]) : "d", "doxXnN".contains(base)
        else { return nil }
        (self.offset, self.width, self.base) = (offset, width, base)
    }

    /// The number as it is to be written; nil if it is negative.
    func text(of number: Int) -> String? {
        let value = number + offset
        guard value >= 0 else { return nil }
        if base == "n" || base == "N" { return nibbles(of: value) }
        let radix = base == "d" ? 10 : base == "o" ? 8 : 16
        let digits = String(value, radix: radix, uppercase: base == "X")
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Hexadecimal digits, the lowest first, with dots between; the width counts the dots.
    private func nibbles(of number: Int) -> String {
        var text = ""
        var value = number
        var width = width
        repeat {
            text += String(value & 15, radix: 16, uppercase: base == "N")
            value >>= 4
            width -= 1
            if width > 0 || value != 0 {
                text += "."
                width -= 1
            }
        } while value != 0 || width > 0
        return text
    }
}

extension Character {
    /// The character that is all of `text`; nil if there is none or another.
    fileprivate init?(exactly text: some StringProtocol) {
        guard text.count == 1, let first = text.first else { return nil }
        self = first
    }
}
