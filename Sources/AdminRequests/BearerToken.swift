// The field `Authorization` (RFC 6750 §2.1).

/// The token of `Bearer TOKEN`; nil for another scheme, and for what is no token.
package func bearerToken(_ field: String) -> String? {
    let words = field.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
    return String(words[1])
}
