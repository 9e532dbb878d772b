// What of a configuration nobody is shown: an operator may have written a password where it does not belong.

/// Texts with what may be secret in them replaced.
public enum Secrets {
    /// Parts of the names of what is secret.
    private static let words = ["pass", "pwd", "secret", "token", "key", "auth", "sig", "cred", "code"]

    /// Headers whose values tell nothing; all others may be keys to something.
    private static let plainHeaders: Set = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-type", "pragma",
        "user-agent",
    ]

    private static func isSecret(_ name: some StringProtocol) -> Bool {
        let name = name.lowercased()
        return words.contains { name.contains($0) }
    }

    /// The value of a header.
    public static func masked(header name: String, _ value: String) -> String {
        plainHeaders.contains(name.lowercased()) ? value : ShownValue.hidden
    }

    /// A path of a URL: `/status?token=***&last`.
    public static func masked(path: String) -> String {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return path }
        let query = parts[1].split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return words.count == 2 && isSecret(words[0]) ? "\(words[0])=\(ShownValue.hidden)" : String(pair)
        }
        return parts[0] + "?" + query.joined(separator: "&")
    }

    /// Where messages are posted to: the path of such a URL is often all that keeps others from posting there.
    public static func masked(webhook url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return ShownValue.hidden }
        let place = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let host = place.split(separator: "@").last.map(String.init) ?? ""
        return "\(url[..<scheme.upperBound])\(host)/\(ShownValue.hidden)"
    }

    /// Arguments of a program: names of options, and what stands for the target, such as `{address}`. All other words may
    /// be secrets, or have some in them.
    public static func masked(arguments: [String]) -> [String] {
        arguments.map { argument in
            if argument.wholeMatch(of: #/-[A-Za-z]|--[a-z][a-z-]*|(\{[a-z]+\}[:\/]?)+/#) != nil { return argument }
            let words = argument.split(separator: "=", maxSplits: 1)
            let isOption = words.count == 2 && words[0].wholeMatch(of: #/--[a-z][a-z-]*/#) != nil
            return isOption ? "\(words[0])=\(ShownValue.hidden)" : ShownValue.hidden
        }
    }
}
