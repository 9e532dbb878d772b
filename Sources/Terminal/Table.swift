// Rows in columns.

/// A table as terminals show it: all rows have as many cells as the first.
public struct Table: Sendable {
    private var rows: [[Piece]]

    public init(_ heads: String...) { rows = [heads.map { Piece($0, .heading) }] }

    /// Without a line of heads.
    init() { rows = [] }

    /// Whether there is anything but heads.
    public var isEmpty: Bool { rows.count < 2 }

    public mutating func add(_ row: [Piece]) { rows.append(row) }

    /// One for each row, in their order.
    public var lines: [Line] {
        guard let columns = rows.first?.indices else { return [] }
        let widths = columns.map { column in rows.map { $0[column].text.count }.max() ?? 0 }
        return rows.map { row in
            // Nothing follows what is last, so that lines do not end in spaces.
            let last = row.lastIndex { !$0.text.isEmpty } ?? 0
            var line = Line()
            for (column, piece) in row.enumerated().prefix(last + 1) {
                line += piece
                let gap = widths[column] - piece.text.count + 2
                if column < last { line += Piece(String(repeating: " ", count: gap)) }
            }
            return line
        }
    }

    public func text(_ palette: Palette = .plain) -> String { lines.text(palette) }
}
