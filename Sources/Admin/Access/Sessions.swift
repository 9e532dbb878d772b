// Browsers that have logged in with a token: each has a random cookie, good as long as the token is.

internal import Crypto
internal import Foundation
internal import NIOConcurrencyHelpers

final class Sessions: Sendable {
    static let cookie = "triagedns_session"
    /// How long one may be used after its login.
    static let lifetime = Duration.seconds(12 * 3600)
    /// The oldest gives way to more.
    private static let most = 1_000

    private struct Session {
        var token: AccessToken
        var end: ContinuousClock.Instant
    }

    /// By digest, so that looking one up tells nothing of the others.
    private let sessions = NIOLockedValueBox<[SHA256Digest: Session]>([:])

    /// - Returns: what the cookie says.
    func begin(_ token: AccessToken) -> String {
        // The system's generator is a cryptographic one.
        let secret = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64URL
        sessions.withLockedValue { sessions in
            let now = ContinuousClock.now
            sessions = sessions.filter { $0.value.end > now }
            if sessions.count >= Self.most, let oldest = sessions.min(by: { $0.value.end < $1.value.end }) {
                sessions[oldest.key] = nil
            }
            sessions[Self.digest(secret)] = Session(token: token, end: now + Self.lifetime)
        }
        return secret
    }

    func find(_ secret: String) -> AccessToken? {
        sessions.withLockedValue { sessions in
            guard let session = sessions[Self.digest(secret)], session.end > .now else { return nil }
            return session.token
        }
    }

    func end(_ secret: String) { sessions.withLockedValue { $0[Self.digest(secret)] = nil } }

    private static func digest(_ secret: String) -> SHA256Digest { SHA256.hash(data: Data(secret.utf8)) }
}

extension Data {
    /// RFC 4648 §5, without padding.
    fileprivate var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
