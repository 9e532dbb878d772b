// Splits the octets of a master file into logical lines (RFC 1035 §5.1). Errors do not stop it: it resumes at the
// next line that can start an entry, so that all of a file's errors come out in one go.

/// Where the scanner is in a file.
struct LineScanner {
    private(set) var offset = 0
    private var lineNumber = 1

    /// An entry longer than this in the file, comments included, is refused.
    static let maximumLength = 65_536

    /// Skips a byte order mark.
    init(_ octets: Span<UInt8>) {
        if octets.count >= 3, octets[0] == 0xef, octets[1] == 0xbb, octets[2] == 0xbf { offset = 3 }
    }

    /// Reads the next entry, which may be empty; false at the end of the file.
    mutating func next(in octets: Span<UInt8>, into line: inout LogicalLine) -> Bool {
        guard offset < octets.count else { return false }
        line.begin(at: lineNumber)
        line.startsBlank = octets[offset] == Octet.space || octets[offset] == Octet.tab
        let limit = min(octets.count, offset + Self.maximumLength)
        var depth = 0
        var openedAt = 0
        while offset < limit {
            let octet = octets[offset]
            offset += 1
            switch octet {
            case 0x21, 0x23...0x27, 0x2a...0x3a, 0x3c...0x5b, 0x5d...0x7e:
                line.text.append(octet)
            case Octet.space, Octet.tab:
                line.appendBlank()
            case Octet.newline:
                lineNumber += 1
                if depth == 0 { return true }
                line.appendBlank()
            case Octet.semicolon:
                while offset < limit, octets[offset] != Octet.newline { offset += 1 }
            case Octet.open:
                if depth == 0 { openedAt = lineNumber }
                depth += 1
                line.appendBlank()
            case Octet.close:
                if depth == 0 {
                    line.note("this ) has no ( before it; remove it, or open the record with (", at: lineNumber)
                }
                depth = max(0, depth - 1)
                line.appendBlank()
            case Octet.quote:
                readQuoted(in: octets, limit: limit, into: &line)
            default:
                readUnusual(octet, in: octets, limit: limit, into: &line)
            }
        }
        finish(in: octets, openedAt: depth > 0 ? openedAt : nil, &line)
        return true
    }

    /// Ends a line that the end of the file or the length limit cut off.
    private mutating func finish(in octets: Span<UInt8>, openedAt: Int?, _ line: inout LogicalLine) {
        if let openedAt {
            // Whatever follows would be read as part of this record: say this one thing and stop.
            line.problem = (openedAt, "the parenthesis opened here is never closed; add ) at the end of the record")
            offset = octets.count
        } else if offset < octets.count {
            line.note("the line is longer than 65536 octets; split the record into several", at: line.number)
            while offset < octets.count, octets[offset] != Octet.newline { offset += 1 }
            offset = min(offset + 1, octets.count)
            lineNumber += 1
        }
    }

    /// Reads from behind an opening quote to behind the closing one.
    private mutating func readQuoted(in octets: Span<UInt8>, limit: Int, into line: inout LogicalLine) {
        line.text.append(Octet.quote)
        while offset < limit, octets[offset] != Octet.newline {
            let octet = octets[offset]
            offset += 1
            switch octet {
            case Octet.quote:
                line.text.append(Octet.quote)
                // "a""b" are two strings; libldns wants a blank between them.
                if offset < limit, octets[offset] > Octet.space { line.appendBlank() }
                return
            case Octet.space...0x5b, 0x5d...0x7e:
                line.text.append(octet)
            case Octet.tab:
                line.appendEscaped(octet)
            default:
                readUnusual(octet, in: octets, limit: limit, into: &line)
            }
        }
        line.text.append(Octet.quote)
        // At the length limit `finish` says that the line is too long.
        guard offset < limit || offset == octets.count else { return }
        line.note("the quoted string is not closed; write \" at its end, on the same line", at: lineNumber)
    }

    /// Reads an escape, a control character or an octet beyond ASCII.
    private mutating func readUnusual(
        _ octet: UInt8, in octets: Span<UInt8>, limit: Int, into line: inout LogicalLine
    ) {
        switch octet {
        case Octet.backslash:
            readEscape(in: octets, limit: limit, into: &line)
        case Octet.carriageReturn where offset == octets.count || octets[offset] == Octet.newline:
            break
        case 0:
            line.note("a NUL octet; this does not look like a text file, write \\000 if it is meant", at: lineNumber)
        case 0x80...:
            line.appendEscaped(octet)
        default:
            line.note("a control character; write \\\(decimal(octet)) if it is meant", at: lineNumber)
        }
    }

    /// Reads what follows a backslash: one octet as it is, or three digits (RFC 1035 §5.1).
    private mutating func readEscape(in octets: Span<UInt8>, limit: Int, into line: inout LogicalLine) {
        guard offset < limit, octets[offset] != Octet.newline, octets[offset] != Octet.carriageReturn else {
            return line.note("a backslash at the end of the line; write \\\\ for a backslash itself", at: lineNumber)
        }
        let first = octets[offset]
        guard Octet.isDigit(first) else {
            offset += 1
            if first == Octet.number {
                line.text.append(Octet.backslash)
                line.text.append(Octet.number)
            } else {
                line.appendEscaped(first)
            }
            return
        }
        var value = 0
        var digits = 0
        while digits < 3, offset < limit, Octet.isDigit(octets[offset]) {
            value = value * 10 + Int(octets[offset] - Octet.zero)
            offset += 1
            digits += 1
        }
        guard digits == 3, let octet = UInt8(exactly: value) else {
            return line.note("a backslash before a digit must be followed by three digits up to 255", at: lineNumber)
        }
        line.appendEscaped(octet)
    }

    private func decimal(_ octet: UInt8) -> String {
        let digits = String(octet)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}
