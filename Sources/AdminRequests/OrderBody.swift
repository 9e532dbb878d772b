// The bodies of requests that change something: JSON objects, in which nothing stands that is not understood.

package import Foundation

/// What a request may say of an order. Absent is absent; `weight` may also be null.
package struct OrderBody {
    private let values: [String: Value]

    private enum Value: Decodable {
        case null, boolean(Bool), number(Double), text(String), other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .boolean(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else {
                self = (try? container.decode(String.self)).map { .text($0) } ?? .other
            }
        }
    }

    /// Octets of a body.
    package static let longest = 16_384
    private static let common: Set = ["reason", "by", "force"]

    /// - Parameter keys: beside `reason`, `by` and `force`.
    package init(_ body: Data, keys: Set<String> = []) throws(RequestError) {
        guard !body.isEmpty else {
            values = [:]
            return
        }
        guard let values = try? JSONDecoder().decode([String: Value].self, from: body) else {
            throw RequestError(#"the body must be a JSON object such as {"reason": "upgrade", "by": "anna"}"#)
        }
        let known = Self.common.union(keys)
        if let unknown = values.keys.sorted().first(where: { !known.contains($0) }) {
            throw RequestError("unknown key \(unknown); write \(known.sorted().joined(separator: ", "))")
        }
        self.values = values
    }

    package func text(_ key: String) throws(RequestError) -> String? {
        guard let value = values[key] else { return nil }
        guard case .text(let text) = value else { throw RequestError("\(key) must be a string") }
        return text.isEmpty ? nil : text
    }

    package func requiredText(_ key: String, _ example: String) throws(RequestError) -> String {
        guard let text = try text(key) else { throw RequestError("\(key) is missing; write \(example)") }
        return text
    }

    /// A weight, or nil for the file's.
    package func weight() throws(RequestError) -> UInt32? {
        guard let value = values["weight"] else {
            throw RequestError(#"weight is missing; write {"weight": 50}, or null for the file's"#)
        }
        if case .null = value { return nil }
        guard case .number(let number) = value, number == number.rounded(), (0...1_000_000).contains(number) else {
            throw RequestError("weight must be a whole number from 0 to 1000000, or null for the file's")
        }
        return UInt32(number)
    }

    /// Whether the order is to be followed although a guard speaks against it.
    package func isForced() throws(RequestError) -> Bool {
        guard let value = values["force"] else { return false }
        guard case .boolean(let flag) = value else { throw RequestError("force must be true or false") }
        return flag
    }
}
