// The keys of the section `notify`, in one table: what is read, and what docs/notifications.md says, come from it.

/// One key of a channel.
public struct NotifyKey: Sendable, Hashable {
    public let name: String
    /// `webhook`, `exec`, or empty for both.
    public let receiver: String
    /// How its value looks.
    public let value: String
    /// What holds if it is not written; empty: nothing.
    public let preset: String
    /// What it does, in Markdown.
    public let text: String

    fileprivate init(_ name: String, for receiver: String = "", _ value: String, _ preset: String, _ text: String) {
        self.name = name
        self.receiver = receiver
        self.value = value
        self.preset = preset
        self.text = text
    }
}

/// In the order of the documentation.
public let notifyKeys: [NotifyKey] = [
    NotifyKey(
        "webhook", "`https://…` or `http://…`", "", "where messages are posted to; this or `exec` must be written"),
    NotifyKey("exec", "list", "", "a program's absolute path and its arguments; it gets the message on standard input"),
    NotifyKey(
        "on", "list of `target`, `pool`, `prober`", "all",
        "events of targets (states, operators' doings), of pools as a whole (another way to answer, a shared cause), "
            + "of this node (cut off)"),
    NotifyKey("pools", "list", "all", "events of these pools alone, and those of the node"),
    NotifyKey("timeout", "duration", "10s", "for one attempt; a program is killed then, with its process group"),
    NotifyKey(
        "retry_for", "duration, `off`", "10min",
        "how long after its first attempt a message is tried again; given up then, with a line in the log"),
    NotifyKey(
        "digest", "duration, `off`", "2s",
        "the least time between two messages: what happens meanwhile comes in one; `off`: one message for each event"),
    NotifyKey(
        "secret_file", for: "webhook", "file", "no signature",
        "holds `whsec_` and 24 to 64 octets in Base64, one a line; each of them signs"),
    NotifyKey("ca_file", for: "webhook", "PEM file", "the system's", "the authorities that are trusted"),
    NotifyKey("proxy", for: "webhook", "`host:port`", "none", "the HTTP proxy that requests go through"),
]
