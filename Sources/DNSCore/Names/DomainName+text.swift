// Presentation format of a name: RFC 1035 §5.1, escapes `\X` and `\DDD`.

extension DomainName {
    /// Reads a name as people write it. A name without a trailing dot is completed with `origin`.
    public init(_ text: some StringProtocol, origin: DomainName = .root) throws(NameError) {
        try self.init(presentation: Array(text.utf8), origin: origin)
    }

    /// Reads the octets of a name in presentation format. `@` alone is the origin.
    public init(presentation text: [UInt8], origin: DomainName = .root) throws(NameError) {
        guard !text.isEmpty else { throw .empty }
        if text == [UInt8(ascii: "@")] {
            self = origin
            return
        }
        if text == [UInt8(ascii: ".")] {
            self = .root
            return
        }
        var wire: [UInt8] = [0]
        var labelStart = 0
        var isAbsolute = false
        var index = 0
        while index < text.count {
            var octet = text[index]
            index += 1
            isAbsolute = false
            if octet == UInt8(ascii: ".") {
                guard wire.count > labelStart + 1 else { throw .emptyLabel }
                wire[labelStart] = UInt8(wire.count - labelStart - 1)
                labelStart = wire.count
                wire.append(0)
                isAbsolute = true
                continue
            }
            if octet == UInt8(ascii: "\\") {
                octet = try Self.unescape(text, &index)
            }
            wire.append(octet)
            guard wire.count - labelStart - 1 <= Self.maximumLabelLength else { throw .labelTooLong }
        }
        if !isAbsolute {
            wire[labelStart] = UInt8(wire.count - labelStart - 1)
            wire += origin.wire
        }
        guard wire.count <= Self.maximumLength else { throw .nameTooLong }
        self.wire = wire
    }

    /// Reads what follows a backslash at `index`: one octet as it is, or three digits.
    private static func unescape(_ text: [UInt8], _ index: inout Int) throws(NameError) -> UInt8 {
        guard index < text.count else { throw .badEscape }
        let isDigit = { (octet: UInt8) in octet &- 0x30 < 10 }
        guard isDigit(text[index]) else {
            index += 1
            return text[index - 1]
        }
        guard index + 3 <= text.count, text[index..<index + 3].allSatisfy(isDigit) else { throw .badEscape }
        let value = text[index..<index + 3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard let octet = UInt8(exactly: value) else { throw .badEscape }
        index += 3
        return octet
    }
}

extension DomainName: CustomStringConvertible {
    /// The name in presentation format, with its trailing dot.
    public var description: String {
        if isRoot { return "." }
        var text = ""
        for start in labelOffsets {
            for octet in wire[(start + 1)...(start + Int(wire[start]))] {
                switch octet {
                case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"),
                    UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
                    text += "\\" + String(UnicodeScalar(octet))
                case 0x21...0x7e:
                    text += String(UnicodeScalar(octet))
                default:
                    let digits = String(octet)
                    text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
                }
            }
            text += "."
        }
        return text
    }
}

extension NameError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "the name is empty"
        case .emptyLabel: "the name has an empty label (two dots in a row)"
        case .labelTooLong: "a label is longer than 63 octets"
        case .nameTooLong: "the name is longer than 255 octets"
        case .badEscape: "a backslash must be followed by three digits up to 255, or by one other character"
        case .notTerminated: "the name does not end with the root label"
        case .forwardPointer: "a compression pointer does not point strictly backwards"
        }
    }
}
