// The sections of triagedns.yaml, and `prober`, which has few keys.

extension KeySection {
    static let file = KeySection(
        "the file", "All sections may be missing, and so may the file: then the zones are served as they are.",
        [
            ConfigurationKey("server", .section(.server), .nothing, "How this node serves."),
            ConfigurationKey(
                "checks", .named("names of checks", .section(.check)), .nothing, "How targets are probed."),
            ConfigurationKey(
                "pools", .named("names of pools", .section(.pool)), .nothing,
                "Who is answered with: `NAME TTL IN POOL pool` in a zone leads to one."),
            ConfigurationKey(
                "prober", .section(.prober), .nothing, "How this node tells that it is cut off itself."),
            ConfigurationKey(
                "notify", .named("names of channels", .section(.channel)), .nothing,
                "Who is told of what happens; 32 channels at most."),
        ])

    /// Sections in the order of the reference, outer ones before those in them.
    static let all: [KeySection] = [
        file, server, admin, log, queryLog, dnstap, clientPrefix, cookies, rateLimit, access, check, timeouts, pool,
        damping, target, probe, prober, channel,
    ]

    static let prober = KeySection(
        "prober",
        """
        If everything that this node probes falls silent at once, the node is probably cut off and the targets are not down: \
        states are held. [pools.md](pools.md#the-prober-itself) has the rules.
        """,
        example: """
            prober:
              references: ["10.0.0.1:443", "192.0.2.53:53"]   # the gateway, the other name server
              freeze: 10min
            """,
        [
            ConfigurationKey(
                "references", .list(.endpoint), .nothing,
                "What takes TCP connections whenever this node is connected at all, such as the gateway or the other name "
                    + "server. As long as one of them answers, even with a refusal, silent targets are down."),
            ConfigurationKey(
                "freeze", .either([.duration(from: .seconds(1)), .off]), .value("10min"),
                "How long states are held, at most."),
        ])
}
