// Paths and their templates: `/v1/pools/{pool}` is the template of `/v1/pools/orthanc`.

internal import Foundation

/// One word of a path, decoded; nil for what is not percent-encoded UTF-8, or has control characters.
package func pathWord(_ text: some StringProtocol) -> String? {
    guard let decoded = String(text).removingPercentEncoding,
        !decoded.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
    else { return nil }
    return decoded
}

/// Whether a path is one of a template.
package func isPath(_ path: String, of template: String) -> Bool {
    let words = path.split(separator: "/")
    let wanted = template.split(separator: "/")
    return words.count == wanted.count && zip(words, wanted).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
}
