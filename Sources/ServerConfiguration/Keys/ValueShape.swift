// How a value looks: what the reader takes, and what the reference and the schema say of it.

internal import Checks

/// What may be written for a key.
indirect enum ValueShape: Sendable {
    /// What it is, in Markdown. The reader knows more about it.
    case text(String)
    case integer(ClosedRange<Int>)
    case duration(ClosedRange<Duration>)
    case boolean
    case words([String])
    /// One value, or a list of them.
    case list(ValueShape)
    case section(KeySection)
    /// Entries by names that the operator gives; the first is what the names are of.
    case named(String, ValueShape)
    case either([ValueShape])

    static let off = ValueShape.words(["off"])
    static let address = ValueShape.text("address")
    static let endpoint = ValueShape.text("`address:port`")
    static let file = ValueShape.text("file")
    static let certificateFile = ValueShape.text("PEM file")
    static let hostName = ValueShape.text("host name")
    static let network = ValueShape.text("network such as `10.0.0.0/8`")

    /// Up to a day if not said otherwise.
    static func duration(from minimum: Duration, to maximum: Duration = .seconds(86_400)) -> ValueShape {
        .duration(minimum...maximum)
    }

    /// The words of a type.
    static func words<Word: CaseIterable & RawRepresentable<String>>(of type: Word.Type) -> ValueShape {
        .words(type.allCases.map(\.rawValue))
    }

    /// The forms that there are, each without others in it.
    var forms: [ValueShape] {
        if case .either(let shapes) = self { shapes.flatMap(\.forms) } else { [self] }
    }

    var integers: ClosedRange<Int>? {
        for case .integer(let range) in forms { return range }
        return nil
    }

    var durations: ClosedRange<Duration>? {
        for case .duration(let range) in forms { return range }
        return nil
    }

    var wordList: [String] {
        forms.flatMap { form in if case .words(let words) = form { words } else { [] as [String] } }
    }

    /// Of a list, each of its elements; of everything else, itself.
    var element: ValueShape {
        for case .list(let shape) in forms { return shape }
        return self
    }

    /// Of entries by name, each of them.
    var entry: ValueShape? {
        for case .named(_, let shape) in forms { return shape }
        return nil
    }

    /// In Markdown.
    var description: String {
        switch self {
        case .text(let text): text
        case .integer(let range): "`\(range.lowerBound)` to `\(range.upperBound)`"
        case .duration(let range): "duration, `\(write(range.lowerBound))` to `\(write(range.upperBound))`"
        case .boolean: "`true`, `false`"
        case .words(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let shape): "\(shape.description); or a list"
        case .section(let section): "[keys](#\(section.anchor))"
        case .named(let what, let shape): "\(what), each with \(shape.description)"
        case .either(let shapes): shapes.map(\.description).joined(separator: "; or ")
        }
    }
}

/// As an operator would write it.
func write(_ duration: Duration) -> String {
    let (seconds, rest) = duration.components
    if rest == 0, seconds > 86_400, seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
    if rest == 0, seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return rest == 0
        ? "\(seconds)s" : "\(duration / .milliseconds(1))ms".replacing(".0ms", with: "ms")
}
