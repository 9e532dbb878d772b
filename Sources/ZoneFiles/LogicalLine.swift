// One entry of a master file as a single line (RFC 1035 §5.1): parentheses and comments are gone, blanks are single
// spaces, and every octet is printable ASCII because all escapes but `\#` are written `\DDD`. What comes after it,
// libldns included, therefore never sees a control character, an unbalanced quote or an unfinished escape.

/// A record or directive, and what is wrong with its punctuation.
struct LogicalLine {
    /// The normalised text; a `"` in it always delimits a quoted string, never is part of one.
    var text: [UInt8] = []
    /// Whether the owner name is left out.
    var startsBlank = false
    /// The line of the file that it starts on, from 1.
    var number = 1
    /// The first thing wrong with it, and the line where.
    var problem: (line: Int, message: String)?

    mutating func begin(at number: Int) {
        text.removeAll(keepingCapacity: true)
        startsBlank = false
        self.number = number
        problem = nil
    }

    mutating func appendBlank() {
        if let last = text.last, last != Octet.space { text.append(Octet.space) }
    }

    mutating func appendEscaped(_ octet: UInt8) {
        text.append(Octet.backslash)
        text.append(Octet.zero + octet / 100)
        text.append(Octet.zero + octet / 10 % 10)
        text.append(Octet.zero + octet % 10)
    }

    mutating func note(_ message: String, at line: Int) {
        if problem == nil { problem = (line, message) }
    }
}

/// The octets that mean something in a master file.
enum Octet {
    static let tab: UInt8 = 0x09
    static let newline: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let number: UInt8 = 0x23
    static let dollar: UInt8 = 0x24
    static let open: UInt8 = 0x28
    static let close: UInt8 = 0x29
    static let dot: UInt8 = 0x2e
    static let zero: UInt8 = 0x30
    static let semicolon: UInt8 = 0x3b
    static let at: UInt8 = 0x40
    static let backslash: UInt8 = 0x5c

    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- zero < 10 }
}
