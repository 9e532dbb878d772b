// Who may use the endpoint: tokens, by name and role, one a line of a file that operators edit while the server runs.

internal import Crypto
internal import Foundation

/// What a caller may do.
public enum Role: String, Sendable, Codable, Comparable, CaseIterable {
    /// Look at everything but secrets, which nobody sees.
    case read
    /// And change what can be changed while the server runs.
    case operate

    public static func < (left: Role, right: Role) -> Bool { left == .read && right == .operate }
}

/// A bearer token (RFC 6750), of which only the digest is kept.
public struct AccessToken: Sendable {
    /// Stands in the events for what was done with it.
    public var name: String
    public var role: Role
    /// SHA-256.
    let digest: SHA256Digest

    /// Fewer can be guessed.
    static let shortest = 20

    /// - Parameter token: the secret itself.
    public init(name: String, role: Role, token: String) {
        self.name = name
        self.role = role
        digest = SHA256.hash(data: Data(token.utf8))
    }

    func isOf(_ other: SHA256Digest) -> Bool { digest == other }
}

/// `NAME ROLE TOKEN` lines; empty ones and those that start with `#` are left out.
public enum TokenFile {
    public struct Problem: Sendable, Equatable {
        /// From 1; 0 for the file as a whole.
        public var line: Int
        public var message: String
    }

    /// What the text of a file says, with everything that is wrong with it. No message quotes a token.
    public static func parse(_ text: String) -> (tokens: [AccessToken], problems: [Problem]) {
        var tokens: [AccessToken] = []
        var problems: [Problem] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if let problem = problem(words) {
                problems.append(Problem(line: index + 1, message: problem))
            } else if tokens.contains(where: { $0.name == first }) {
                problems.append(Problem(line: index + 1, message: "there is a token named \(first) already; names are for one"))
            } else if let role = Role(rawValue: words[1]) {
                tokens.append(AccessToken(name: first, role: role, token: words[2]))
            }
        }
        if tokens.isEmpty, problems.isEmpty {
            problems.append(
                Problem(line: 0, message: "there is no token; write a line such as `anna operate TOKEN`, "
                    + "with a TOKEN that `openssl rand -hex 32` prints"))
        }
        return (tokens, problems)
    }

    private static func problem(_ words: [String]) -> String? {
        guard words.count == 3 else {
            return "a token is a line of three words: NAME, read or operate, and the TOKEN that `openssl rand -hex 32` prints"
        }
        guard Role(rawValue: words[1]) != nil else { return "the role of \(words[0]) must be read or operate" }
        guard words[2].utf8.count >= AccessToken.shortest else {
            return "the token of \(words[0]) is too short to be safe; make one with `openssl rand -hex 32`"
        }
        return nil
    }
}
