// The section `server`: where this node listens, what it keeps, and its HTTP endpoint. How it answers is in
// KeySection+answers.swift.

extension KeySection {
    static let server = KeySection(
        "server",
        """
        Where a start is said to be needed, a reload keeps the old value and says so. `triagedns serve --listen`, `--admin`, \
        `--workers`, `--xdp`, `--state`, `--watch`, `--log-format` and `--log-level` win over the file.
        """,
        example: """
            server:
              listen: ["192.0.2.53:53", "[2001:db8::53]:53"]
              admin: "127.0.0.1:8053"
              workers: 2
              xdp: eth0
              tcp_idle_timeout: 10s
              tcp_connections: 5000
              tcp_connections_per_client: 500
              resolvers: [10.0.0.2, "127.0.0.1:5353"]
              keep_addresses: 1h
              watch: true
              state: /var/lib/triagedns
              state_keep: 30d
              identity: ns1.hospital.example
              version: off
              udp_payload_size: 1232
              explain_in_answers: private
            """,
        [
            ConfigurationKey(
                "listen", .list(.endpoint), .words("`127.0.0.1:5300` and `[::1]:5300`"),
                "Where DNS is answered, over UDP and TCP; an IPv6 address stands in brackets. Needs a start."),
            ConfigurationKey(
                "admin", .either([.endpoint, .off, .section(.admin)]), .value("127.0.0.1:8053"),
                "Where the status page, the HTTP API and the metrics are; with keys, who may use them. Needs a start."),
            ConfigurationKey(
                "workers", .integer(1...256), .words("one for each core"),
                "UDP threads for each address of `listen`. Needs a start."),
            ConfigurationKey(
                "xdp", .either([.text("network interface"), .off]), .value("off"),
                "Takes the UDP queries of this interface by AF_XDP where it can be had (Linux 5.9; CAP_NET_ADMIN, "
                    + "CAP_NET_RAW, CAP_BPF), else by plain sockets, with a warning that says why. Needs a start."),
            ConfigurationKey(
                "tcp_idle_timeout", .duration(from: .seconds(1)), .value("10s"),
                "After which a silent TCP connection is closed; EDNS keepalive tells clients. Needs a start."),
            ConfigurationKey(
                "tcp_connections", .integer(1...1_000_000), .words("5000, or fewer if the system allows no more"),
                "TCP connections in all; at the limit the idlest makes room. Needs a start."),
            ConfigurationKey(
                "tcp_connections_per_client", .integer(1...1_000_000), .value("500"),
                "The same for one IPv4 address or IPv6 /64. Needs a start."),
            ConfigurationKey(
                "resolvers", .list(.text("address, with `:port` if it is not 53")),
                .words("those of `/etc/resolv.conf`"),
                "Whom to ask for the addresses of targets that are host names; three at most, asked in this order. "
                    + "[pools.md](pools.md#targets-that-are-host-names)"),
            ConfigurationKey(
                "keep_addresses", .duration(from: .seconds(1)), .value("1h"),
                "How long the last addresses of a host name are kept when it cannot be resolved any more."),
            ConfigurationKey(
                "watch", .boolean, .value("false"), "Whether a changed file of the directory is a reload."),
            ConfigurationKey(
                "state", .either([.text("directory"), .off]), .words("`$STATE_DIRECTORY`, else `off`"),
                "Where orders, states and events outlive a restart. Needs a start. [state.md](state.md)"),
            ConfigurationKey(
                "state_keep", .duration(from: .seconds(3600), to: .seconds(3650 * 86_400)), .value("30d"),
                "How long events are kept there. Needs a start."),
            ConfigurationKey(
                "log", .section(.log), .value("{format: auto, level: info}"), "The server's own log. Needs a start."),
            ConfigurationKey(
                "query_log", .either([.off, .section(.queryLog)]), .value("off"),
                "What is asked and answered, as dnstap. Needs a start."),
        ] + answerKeys)

    static let admin = KeySection(
        "server: admin",
        "Reading is open to this machine alone; [status-page.md](status-page.md#who-may) has the rules.",
        example: """
            server:
              admin:
                listen: "0.0.0.0:8053"
                tokens_file: admin.tokens
                certificate_file: fullchain.pem
                key_file: privkey.pem
                hosts: [dns-admin.hospital.example]
            """,
        [
            ConfigurationKey("listen", .endpoint, .value("127.0.0.1:8053"), "As `admin` without keys."),
            ConfigurationKey(
                "tokens_file", .file, .words("this machine's own token alone"),
                "Lines of `NAME read|operate TOKEN`; read again when it changes."),
            ConfigurationKey(
                "certificate_file", .certificateFile, .words("plain HTTP"),
                "Its certificate with the chain; read again when it changes. Together with `key_file`."),
            ConfigurationKey("key_file", .certificateFile, .nothing, "The certificate's key."),
            ConfigurationKey(
                "hosts", .list(.hostName), .nothing,
                "Names under which browsers may ask for it, beside addresses and `localhost`."),
        ])

    static let log = KeySection(
        "server: log", "Of the server's own doings, on standard error. [query-log.md](query-log.md)",
        example: """
            server:
              log: {format: json, level: notice}
            """,
        [
            ConfigurationKey(
                "format", .words(of: LogSettings.Format.self), .value("auto"),
                "`auto` is `text` on a terminal and `json` elsewhere."),
            ConfigurationKey(
                "level", .words(of: LogSettings.Level.self), .value("info"), "What is less important is left out."),
        ])
}
