// The key `query_log` of the section `server`.

extension KeySection {
    static let queryLog = KeySection(
        "server: query_log",
        "What is asked and answered, for a receiver of dnstap or into files. [query-log.md](query-log.md)",
        example: """
            server:
              query_log:
                dnstap: {socket: /run/dnstap.sock}
                sample: 0.01
                messages: [auth_query, auth_response]
                client_prefix: {ipv4: 24, ipv6: 56}
                identity: ns1
            """,
        [
            ConfigurationKey("dnstap", .section(.dnstap), .required, "Where to."),
            ConfigurationKey(
                "sample", .text("number above 0, up to 1"), .value("1"),
                "The share of the queries that is logged; each is chosen by chance, for itself."),
            ConfigurationKey(
                "messages", .list(.words(["auth_query", "auth_response"])), .value("[auth_response]"),
                "A response has its query in it, unless that is logged for itself. Only `auth_query` shows what got no "
                    + "answer."),
            ConfigurationKey(
                "client_prefix", .either([.words(["full"]), .section(.clientPrefix)]), .value("{ipv4: 24, ipv6: 56}"),
                "How much of clients' addresses, and of the client subnets in queries and answers, is kept."),
            ConfigurationKey("identity", .text("text"), .words("the server's"), "Who logs, in each message."),
        ])

    static let dnstap = KeySection(
        "server: query_log: dnstap", "One of `socket` and `file`.",
        example: """
            server:
              query_log: {dnstap: {file: queries.fstrm, max_size: 100MB, keep: 5}}
            """,
        [
            ConfigurationKey(
                "socket", .text("path, at most 107 octets"), .nothing,
                "A unix socket on which a receiver of Frame Streams listens. Where there is none, the server goes on, and "
                    + "tries again: after 250 ms at first, every 5 s at last."),
            ConfigurationKey(
                "file", .file, .nothing,
                "A full one is renamed to `FILE.1`, and `FILE.1` to `FILE.2`; so is what an earlier run has left."),
            ConfigurationKey(
                "max_size", for: ["file"], .text("size, `100kB` to `1000GB`"), .value("100MB"),
                "Octets at which a file is full."),
            ConfigurationKey(
                "keep", for: ["file"], .integer(0...1_000), .value("5"),
                "How many full files are kept beside the one that is written."),
        ])

    static let clientPrefix = KeySection(
        "server: query_log: client_prefix", "The other bits are 0.",
        [
            ConfigurationKey("ipv4", .integer(0...32), .value("24"), "Bits of an IPv4 address that are kept."),
            ConfigurationKey("ipv6", .integer(0...128), .value("56"), "Bits of an IPv6 address that are kept."),
        ])
}
