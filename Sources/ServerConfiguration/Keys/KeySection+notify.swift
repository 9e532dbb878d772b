// The section `notify`.

extension KeySection {
    static let channel = KeySection(
        "notify: NAME", "Each channel has one of `webhook` and `exec`. [notifications.md](notifications.md)",
        example: """
            pools:
              orthanc: {targets: {orthanc-a: 192.0.2.11, orthanc-b: 192.0.2.12}}
            notify:
              ops:
                webhook: https://hooks.hospital.example/dns
                on: [target, pool, prober]
                pools: [orthanc]
                timeout: 10s
                retry_for: 10min
                digest: 2s
                secret_file: webhook.secret
                ca_file: ca.pem
                proxy: "proxy.hospital.example:3128"
              pager:
                exec: [/usr/local/bin/page, --service, dns]
                on: [pool, prober]
            """,
        [
            ConfigurationKey("webhook", .text("`https://…` or `http://…`"), .nothing, "Where messages are posted to."),
            ConfigurationKey(
                "exec", .list(.text("text")), .nothing,
                "A program's absolute path and its arguments; it gets the message on standard input."),
            ConfigurationKey(
                "on", .list(.words(of: NotificationChannel.Subject.self)), .value("[target, pool, prober]"),
                "Events of targets (states, operators' doings), of pools as a whole (another way to answer, a shared cause), "
                    + "of this node (cut off)."),
            ConfigurationKey(
                "pools", .list(.text("pool")), .words("all"), "Events of these pools alone, and those of the node."),
            ConfigurationKey(
                "timeout", .duration(from: .milliseconds(100)), .value("10s"),
                "For one attempt; a program is killed then, with its process group."),
            ConfigurationKey(
                "retry_for", .either([.duration(from: .seconds(1)), .off]), .value("10min"),
                "How long after its first attempt a message is tried again; given up then, with a line in the log."),
            ConfigurationKey(
                "digest", .either([.duration(from: .milliseconds(100)), .off]), .value("2s"),
                "The least time between two messages: what happens meanwhile comes in one; `off`: one message for each "
                    + "event."),
            ConfigurationKey(
                "secret_file", for: ["webhook"], .file, .words("no signature"),
                "Holds `whsec_` and 24 to 64 octets in Base64, one a line; each of them signs."),
            ConfigurationKey(
                "ca_file", for: ["webhook"], .certificateFile, .words("the system's"),
                "The authorities that are trusted."),
            ConfigurationKey(
                "proxy", for: ["webhook"], .text("`host:port`"), .nothing, "The HTTP proxy that requests go through."),
        ])
}
