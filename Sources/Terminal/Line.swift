// One line of a terminal: texts with their tones.

/// A text without anything that would move the cursor, or mean something else to a terminal than its letters.
public struct Piece: Sendable, Hashable {
    public let text: String
    public var tone: Tone

    public init(_ text: String, _ tone: Tone = .plain) {
        self.text = text.printable
        self.tone = tone
    }
}

extension Piece: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self.init(text) }
}

extension String {
    /// What a target, a file or another server has said may have control characters in it: a terminal would obey them.
    /// Likewise what turns the direction of writing, so that a line says something else than it is.
    public var printable: String {
        guard unicodeScalars.contains(where: \.isDangerous) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.isDangerous ? ($0 == "\n" ? " " : "\u{FFFD}") : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var isDangerous: Bool {
        switch value {
        case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

public struct Line: Sendable, Hashable {
    public private(set) var pieces: [Piece]

    public init(_ pieces: Piece...) { self.pieces = pieces }

    public init(_ pieces: [Piece]) { self.pieces = pieces }

    public static func += (line: inout Line, piece: Piece) { line.pieces.append(piece) }

    /// In columns, as far as each character takes one.
    public var width: Int { pieces.reduce(0) { $0 + $1.text.count } }

    /// Without what does not fit into `width` columns; a `…` says so.
    public func cut(to width: Int) -> Line {
        guard self.width > width else { return self }
        var left = max(0, width - 1)
        var line = Line()
        for piece in pieces where left > 0 {
            let text = String(piece.text.prefix(left))
            line += Piece(text, piece.tone)
            left -= text.count
        }
        if width > 0 { line += Piece("…", .faint) }
        return line
    }

    /// With `end` at the right edge, where there is room for both.
    func filled(to width: Int, with end: Piece) -> Line {
        let gap = width - self.width - end.text.count
        guard gap > 0 else { return self }
        return Line(pieces + [Piece(String(repeating: " ", count: gap)), end])
    }

    public func text(_ palette: Palette = .plain) -> String {
        pieces.map { palette.paint($0.text, $0.tone) }.joined()
    }
}

extension [Line] {
    public func text(_ palette: Palette = .plain) -> String { map { $0.text(palette) }.joined(separator: "\n") }
}
