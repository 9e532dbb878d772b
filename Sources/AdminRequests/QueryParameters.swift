// What stands after the `?` of a URL: `after=12&limit=50` (RFC 3986 §3.4, WHATWG URL §5.1). A word that is not understood
// is refused, as it may be a misspelt one that would have changed the answer.

internal import Foundation

/// The parameters of one request.
package struct QueryParameters {
    private var values: [String: String] = [:]

    /// More are nobody's question.
    private static let most = 16

    /// - Parameters:
    ///   - query: without the `?`; nil if there is none.
    ///   - known: the parameters that there are.
    package init(_ query: String?, known: [String]) throws(RequestError) {
        let pairs = (query ?? "").split(separator: "&")
        guard pairs.count <= Self.most else { throw RequestError("there are more than \(Self.most) parameters") }
        for pair in pairs {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(words[0])
            guard known.contains(name) else {
                let list = known.isEmpty ? "there are none here" : "write \(known.joined(separator: ", "))"
                throw RequestError("unknown parameter \(Self.excerpt(name)); \(list)")
            }
            guard values[name] == nil else { throw RequestError("the parameter \(name) is there twice; keep one") }
            values[name] = words.count == 2 ? try Self.decoded(words[1]) : ""
        }
    }

    /// Nil if the parameter is not there.
    package func text(_ name: String) -> String? { values[name] }

    /// Nil if the parameter is not there. Digits alone, no sign.
    package func number<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) throws(RequestError) -> Number? {
        guard let text = values[name] else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Number(text), range ~= number
        else {
            throw RequestError("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func decoded(_ text: Substring) throws(RequestError) -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw RequestError("\(excerpt(String(text))) is not percent-encoded UTF-8; write % as %25")
        }
        return decoded
    }

    /// What can be quoted in a message.
    private static func excerpt(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(40).map { 0x20..<0x7f ~= $0.value ? $0 : "?" }
        return "\"\(String(String.UnicodeScalarView(scalars)))\""
    }
}
