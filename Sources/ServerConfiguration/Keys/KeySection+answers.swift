// Those keys of the section `server` that shape answers: what the server says of itself, cookies, rate limit, access.

internal import DNSCore

extension KeySection {
    static let answerKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "identity", .text("text, up to 255 octets"), .nothing,
            "What this server calls itself: in NSID, `id.server` and `hostname.bind` (CH TXT), in notifications, metrics "
                + "and the query log."),
        ConfigurationKey(
            "version", .either([.text("text, up to 255 octets"), .off]), .words("`TriageDNS` and its version"),
            "What `version.bind` (CH TXT) says; `off` for REFUSED."),
        ConfigurationKey(
            "udp_payload_size", .integer(512...4_096), .value("1232"), "The largest UDP answer, in octets (RFC 6891)."),
        ConfigurationKey(
            "cookies", .either([.off, .section(.cookies)]), .words("a secret of this process"),
            "DNS cookies (RFC 7873): who sends a good one is not rate-limited."),
        ConfigurationKey(
            "rate_limit", .either([.integer(1...100_000), .off, .section(.rateLimit)]), .value("off"),
            "Answers a second for one network and kind of answer (name; zone for names that do not exist; errors), over UDP "
                + "without a good cookie."),
        ConfigurationKey(
            "access", .section(.access), .words("everybody"), "Which networks are answered at all."),
        ConfigurationKey(
            "explain_in_answers", .either([.words(["private", "on", "off"]), .list(.network)]), .value("private"),
            "Who gets the text of what is wrong with a pool in answers (RFC 8914); `private` is this machine and the networks "
                + "that the Internet does not reach."),
    ]

    static let cookies = KeySection(
        "server: cookies", "For the same cookies on all nodes of a name (RFC 9018).",
        example: """
            server:
              cookies: {secret_file: cookies.secret}    # openssl rand -hex 16 > cookies.secret
            """,
        [
            ConfigurationKey(
                "secret_file", .file, .words("a secret of this process"),
                "32 hexadecimal digits a line, up to 8 lines: the first makes new cookies, the others stay good.")
        ])

    static let rateLimit = KeySection(
        "server: rate_limit", "`rate_limit: 20` is `{responses_per_second: 20}`.",
        example: """
            server:
              rate_limit: {responses_per_second: 20, window: 15s, slip: 2, ipv4_prefix: 24, ipv6_prefix: 56, exempt: [10.0.0.0/8]}
            """,
        [
            ConfigurationKey("responses_per_second", .integer(1...100_000), .required, "The rate."),
            ConfigurationKey(
                "window", .duration(from: .seconds(1), to: .seconds(60)), .value("15s"),
                "For how long a network that asked too much must be quiet to be served again, at most; whole seconds."),
            ConfigurationKey(
                "slip", .integer(0...10), .value("2"),
                "Every how manieth answer above the rate is sent truncated, so that a real client asks over TCP; 0: none."
            ),
            ConfigurationKey("ipv4_prefix", .integer(1...32), .value("24"), "Leading bits that are one network."),
            ConfigurationKey("ipv6_prefix", .integer(1...128), .value("56"), "The same for IPv6."),
            ConfigurationKey("exempt", .list(.network), .nothing, "Networks that are never limited."),
        ])

    static let access = KeySection(
        "server: access", "The longest prefix decides; `allow` alone denies all others.",
        example: """
            server:
              access: {allow: [10.0.0.0/8, "2001:db8::/32"], deny: [10.9.0.0/16], denied: drop}
            """,
        [
            ConfigurationKey("allow", .list(.network), .nothing, "Networks that are answered; this or `deny`."),
            ConfigurationKey("deny", .list(.network), .nothing, "Networks that are not."),
            ConfigurationKey(
                "denied", .words(["refuse", "drop"]), .value("refuse"), "What they get: REFUSED, or no answer at all."),
        ])
}
