// The body of a form that a browser sends: `application/x-www-form-urlencoded` (WHATWG URL §5.1).

internal import Foundation

/// A field of a form, decoded, without blanks around it; nil if it is not there, or cannot be decoded.
package func formField(_ name: String, of body: String) -> String? {
    for pair in body.split(separator: "&") {
        let words = pair.split(separator: "=", maxSplits: 1)
        guard words.count == 2, words[0] == name else { continue }
        return words[1].replacing("+", with: " ").removingPercentEncoding?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return nil
}
