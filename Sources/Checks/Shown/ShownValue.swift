// A part of the configuration as people see it in JSON: the keys and forms of triagedns.yaml, of which JSON is a part.

/// A value whose mappings keep the order of their keys.
public enum ShownValue: Hashable, Sendable {
    case text(String)
    case number(Double)
    case boolean(Bool)
    case list([ShownValue])
    case mapping([Entry])

    public struct Entry: Hashable, Sendable {
        public var key: String
        public var value: ShownValue

        public init(_ key: String, _ value: ShownValue) {
            self.key = key
            self.value = value
        }
    }

    /// Stands where a secret would.
    public static let secret = ShownValue.text(hidden)
    package static let hidden = "***"

    /// A mapping without the keys that have no value.
    public init(_ entries: KeyValuePairs<String, ShownValue?>) {
        self = .mapping(entries.compactMap { key, value in value.map { Entry(key, $0) } })
    }

    public static func texts(_ values: some Sequence<some CustomStringConvertible>) -> ShownValue {
        .list(values.map { .text($0.description) })
    }

    public static func number(_ value: some BinaryInteger) -> ShownValue { .number(Double(value)) }

    /// `10s`, or `off`.
    public static func duration(_ value: Duration?) -> ShownValue { .text(value?.shown ?? "off") }

    /// The value under a key; nil where there is none.
    public subscript(key: String) -> ShownValue? {
        guard case .mapping(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }
}

extension ShownValue {
    /// In JSON (RFC 8259), on several lines.
    public var json: String { json(indentation: "") }

    private func json(indentation: String) -> String {
        let inner = indentation + "  "
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let number): return number == number.rounded() ? "\(Int64(number))" : "\(number)"
        case .boolean(let value): return value ? "true" : "false"
        case .list(let values):
            return "[" + values.map { $0.json(indentation: inner) }.joined(separator: ", ") + "]"
        case .mapping(let entries):
            if entries.isEmpty { return "{}" }
            let lines = entries.map { "\(inner)\(Self.quoted($0.key)): \($0.value.json(indentation: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indentation)}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension ShownValue: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .text(let text): try text.encode(to: encoder)
        case .number(let number):
            if let whole = Int64(exactly: number) {
                try whole.encode(to: encoder)
            } else {
                try number.encode(to: encoder)
            }
        case .boolean(let value): try value.encode(to: encoder)
        case .list(let values): try values.encode(to: encoder)
        case .mapping(let entries):
            var container = encoder.container(keyedBy: Key.self)
            for entry in entries { try container.encode(entry.value, forKey: Key(stringValue: entry.key)) }
        }
    }

    /// The order of keys is what the decoder makes of it.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .mapping(
                try container.allKeys.map {
                    Entry($0.stringValue, try container.decode(ShownValue.self, forKey: $0))
                })
            return
        }
        let container = try decoder.singleValueContainer()
        if let values = try? container.decode([ShownValue].self) {
            self = .list(values)
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}

extension Duration {
    /// As triagedns.yaml has it, in the largest unit that it is a whole number of.
    package var shown: String {
        let (seconds, rest) = components
        guard rest == 0, seconds > 0 else { return "\(Int64(self / .milliseconds(1)))ms" }
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("min", 60)] where seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
