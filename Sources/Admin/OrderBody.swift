// The bodies of requests that change something: JSON objects, in which nothing stands that is not understood.

import HTTPTypes
import HealthChecks
import NIOCore
import Foundation

/// What a request may say of an order. Absent is absent; `weight` may also be null.
struct OrderBody {
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
    static let longest = 16_384
    private static let common: Set = ["reason", "by", "force"]

    /// - Parameter keys: beside `reason`, `by` and `force`.
    init(_ buffer: ByteBuffer, keys: Set<String> = []) throws(Problem) {
        guard buffer.readableBytes > 0 else {
            values = [:]
            return
        }
        guard let values = try? JSONDecoder().decode([String: Value].self, from: Data(buffer.readableBytesView)) else {
            throw Self.problem(#"the body must be a JSON object such as {"reason": "upgrade", "by": "anna"}"#)
        }
        let known = Self.common.union(keys)
        if let unknown = values.keys.sorted().first(where: { !known.contains($0) }) {
            throw Self.problem("unknown key \(unknown); write \(known.sorted().joined(separator: ", "))")
        }
        self.values = values
    }

    func text(_ key: String) throws(Problem) -> String? {
        guard let value = values[key] else { return nil }
        guard case .text(let text) = value else { throw Self.problem("\(key) must be a string") }
        return text.isEmpty ? nil : text
    }

    func requiredText(_ key: String, _ example: String) throws(Problem) -> String {
        guard let text = try text(key) else { throw Self.problem("\(key) is missing; write \(example)") }
        return text
    }

    /// A weight, or nil for the file's.
    func weight() throws(Problem) -> UInt32? {
        guard let value = values["weight"] else {
            throw Self.problem(#"weight is missing; write {"weight": 50}, or null for the file's"#)
        }
        if case .null = value { return nil }
        guard case .number(let number) = value, number == number.rounded(), (0...1_000_000).contains(number) else {
            throw Self.problem("weight must be a whole number from 0 to 1000000, or null for the file's")
        }
        return UInt32(number)
    }

    /// - Parameter base: what a duration is counted from.
    func time(_ text: String, _ key: String, after base: Timestamp) throws(Problem) -> Timestamp {
        guard let time = Timestamp(text, after: base) else {
            throw Self.problem(
                "\(key) must be a time such as \(Timestamp.now) or a duration such as 30min or 2h, but is \(text)")
        }
        return time
    }

    func order(_ action: OperatorOrder.Action) throws(Problem) -> OperatorOrder {
        var isForced = false
        if let value = values["force"] {
            guard case .boolean(let flag) = value else { throw Self.problem("force must be true or false") }
            isForced = flag
        }
        return OperatorOrder(action, reason: try text("reason"), by: try text("by"), isForced: isForced)
    }

    private static func problem(_ text: String) -> Problem { Problem(.badRequest, "bad_request", text) }
}
