// How a receiver knows who sent a message: Standard Webhooks 1.0, for which there are libraries in many languages.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

internal import Crypto
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The headers `webhook-id`, `webhook-timestamp` and, with secrets, `webhook-signature`.
/// - Parameter time: of this attempt, in seconds since 1970: receivers refuse what is old.
func webhookHeaders(id: String, time: Int, body: [UInt8], secrets: [[UInt8]]) -> [(name: String, value: String)] {
    var headers = [("webhook-id", id), ("webhook-timestamp", "\(time)")]
    guard !secrets.isEmpty else { return headers }
    let signed = Array("\(id).\(time).".utf8) + body
    let signatures = secrets.map { secret in
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
        return "v1," + Data(code).base64EncodedString()
    }
    headers.append(("webhook-signature", signatures.joined(separator: " ")))
    return headers
}
