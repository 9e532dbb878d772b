// A JSON Schema of triagedns.yaml (draft 07, which editors understand), out of the tables of keys. It knows less than the
// reader: names that must exist elsewhere, files, and keys that exclude each other are for `triagedns check`.

internal import Foundation

/// The schema, as docs/triagedns.schema.json has it.
public func configurationSchema() -> String {
    var schema = KeySection.file.schema
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["title"] = "triagedns.yaml"
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? JSONSerialization.data(withJSONObject: schema, options: options) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
}

extension KeySection {
    fileprivate var schema: [String: Any] {
        var properties: [String: Any] = [:]
        for key in keys {
            var schema = key.shape.schema
            schema["description"] = key.text
            if case .value(let text) = key.preset, !text.hasPrefix("{"), !text.hasPrefix("[") {
                schema["default"] = text == "false" ? false as Any : Int(text).map { $0 as Any } ?? text
            }
            properties[key.name] = schema
        }
        // An empty section is one that says nothing.
        var schema: [String: Any] = [
            "type": ["object", "null"], "properties": properties, "additionalProperties": false,
        ]
        let required = keys.filter { $0.preset == .required }.map(\.name)
        if !required.isEmpty { schema["required"] = required }
        return schema
    }
}

extension ValueShape {
    fileprivate var schema: [String: Any] {
        switch self {
        // Also a number, and what YAML takes for one.
        case .text: ["type": ["string", "number", "boolean"]]
        case .integer(let range): ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .duration: ["type": "string", "pattern": "^[0-9]{1,9}(ms|s|min|h|d)$"]
        case .boolean: ["enum": [true, false, "yes", "no", "on", "off"] as [Any]]
        // `off` is a word of YAML 1.2, and false for older readers.
        case .words(let words): ["enum": words.contains("off") ? words + [false] as [Any] : words]
        case .list(let shape): ["anyOf": [shape.schema, ["type": "array", "items": shape.schema]]]
        case .section(let section): section.schema
        case .named(_, let shape): ["type": ["object", "null"], "additionalProperties": shape.schema]
        case .either(let shapes): ["anyOf": shapes.map(\.schema)]
        }
    }
}
