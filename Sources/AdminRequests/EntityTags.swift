// Whether a client has what it asks for already: `If-None-Match` (RFC 9110 §13.1.2).

/// What a client has.
package enum EntityTags {
    /// Whether `field` has `tag` in it, which is in quotes and strong. A weak one that is alike counts, too.
    package static func match(_ field: String, _ tag: String) -> Bool {
        if field.trimmed == "*" { return true }
        return field.split(separator: ",").contains { part in
            let part = part.trimmed
            return part == tag || part.hasPrefix("W/") && part.dropFirst(2) == tag
        }
    }
}

extension StringProtocol {
    /// Without blanks around it.
    fileprivate var trimmed: SubSequence {
        let isInk = { (character: Character) in character != " " && character != "\t" }
        guard let first = firstIndex(where: isInk), let last = lastIndex(where: isInk) else { return self[endIndex...] }
        return self[first...last]
    }
}
