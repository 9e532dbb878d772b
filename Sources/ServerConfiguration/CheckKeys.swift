// The keys of a check, in one table: what is read, what messages offer, and what docs/checks.md says all come from it.

/// One key of a check in triagedns.yaml, which is also an option of `triagedns probe`.
public struct CheckKey: Sendable, Hashable {
    public let name: String
    /// The types of checks that have it; empty: all.
    public let types: [String]
    /// How its value looks.
    public let value: String
    /// What holds if it is not written; empty: nothing.
    public let preset: String
    /// What it does, in Markdown.
    public let text: String

    fileprivate init(_ name: String, _ types: [String] = [], _ value: String, _ preset: String, _ text: String) {
        self.name = name
        self.types = types
        self.value = value
        self.preset = preset
        self.text = text
    }

    public func applies(to type: String) -> Bool { types.isEmpty || types.contains(type) }
}

/// The types of checks, and what a probe of each does.
public let checkTypes: [(name: String, text: String)] = [
    ("tcp", "the port accepts a connection, which is closed at once"),
    ("tls", "... and completes a TLS handshake"),
    ("http", "an HTTP/1.1 request is answered with an expected status (and body); redirects are not followed"),
    ("https", "the same over TLS"),
    ("dicom", "a C-ECHO is answered with status 0000H; over TLS with `tls: true`"),
    ("exec", "a program, run without a shell, says so by its exit code"),
]

private let web = ["http", "https"]
private let secure = ["tls", "https", "dicom"]

/// All keys, those of all types first.
public let checkKeys: [CheckKey] = [
    CheckKey("type", [], "one of the above", "", "must be written"),
    CheckKey(
        "port", [], "`1` to `65535`", "443 (tls, https), 80 (http), 11112 (dicom)", "tcp needs one; exec may do without"
    ),
    CheckKey(
        "role", [], "`required`, `advisory`", "`required`",
        "what `fall` failures in a row make of the target: down, or only degraded"),
    CheckKey(
        "interval", [], "duration", "10s (dicom 30s)",
        "from the start of one probe to the next, moved by up to 10 % either way"),
    CheckKey(
        "recheck", [], "duration", "2s (dicom 5s)",
        "instead of `interval` after a failure, until there are `fall` in a row"),
    CheckKey("fall", [], "`1` to `100`", "3", "failures in a row that make it down"),
    CheckKey("rise", [], "`1` to `100`", "3", "passes in a row that make it up again"),
    CheckKey(
        "timeout", [], "duration, or one for each layer", "`{tcp: 2s, tls: 3s, http: 4s, dicom: 5s, exec: 5s}`",
        "how long each layer may take, from the end of the one below it"),
    CheckKey("slow", [], "duration", "", "a probe that passes but takes longer in all is degraded"),
    CheckKey("method", web, "`GET`, `HEAD`, `OPTIONS`", "`GET`", "Orthanc answers 404 to all but GET"),
    CheckKey("path", web, "text", "`/`", "with the query, if there is one"),
    CheckKey(
        "host", web, "host name, maybe with a port", "`server_name`, else the name that clients use", "the Host header"),
    CheckKey("headers", web, "`{Name: value}`", "", "sent with the request"),
    CheckKey("basic_auth_file", web, "file", "", "holds `user:password`; read anew for each probe, never shown"),
    CheckKey("bearer_file", web, "file", "", "holds a token; the same"),
    CheckKey("expect_status", web, "list such as `[200-299, 401]`", "`200-399`", "the statuses that pass"),
    CheckKey("body_contains", web, "text", "", "must be in the body, case and all"),
    CheckKey(
        "body_matches", web, "regular expression", "", "must match somewhere in the body; `(?i)` in front ignores case"),
    CheckKey("body_limit", web, "`1` to `1048576`", "65536", "octets of the body that are looked at"),
    CheckKey(
        "called_aet", ["dicom"], "1 to 16 characters", "`ORTHANC`",
        "the server's AE title; one that the server does not know fails"),
    CheckKey(
        "calling_aet", ["dicom"], "1 to 16 characters", "`TRIAGEDNS`",
        "our AE title; a server that does not know it is alive, so degraded"),
    CheckKey("tls", ["dicom"], "`true`, `false`", "`false`", "DICOM over TLS"),
    CheckKey(
        "server_name", secure, "host name", "the name that clients use",
        "sent as SNI; written, it must be in the certificate under `strict`"),
    CheckKey(
        "verify", secure, "`off`, `pin`, `strict`", "`off`",
        "any certificate passes; one of `pins`; chain and dates must hold"),
    CheckKey("ca_file", secure, "PEM file", "the system's", "the authorities that `strict` trusts"),
    CheckKey(
        "pins", secure, "list", "",
        "for `pin`: SHA-256 of the certificate, as `openssl x509 -noout -fingerprint -sha256` prints it, or of its key, as curl takes it: `sha256//BASE64`"
    ),
    CheckKey(
        "min_days", secure, "`0` to `3650`", "14 under `strict`",
        "a certificate that ends sooner is degraded, with the day"),
    CheckKey(
        "cover_name", secure, "`true`, `false`", "`true` under `strict`",
        "a certificate that is not for all names that clients use is degraded, with the names it is for"),
    CheckKey(
        "client_certificate", secure, "PEM file", "", "shown to servers that ask for one (mutual TLS), with the chain"),
    CheckKey("client_key", secure, "PEM file", "the same file", "its key, without a passphrase"),
    CheckKey(
        "command", ["exec"], "list", "",
        "the program's absolute path and its arguments, in which `{address}`, `{name}` and `{port}` stand for the target's"
    ),
    CheckKey(
        "exit_codes", ["exec"], "`plain`, `nagios`", "`plain`",
        "0 passes and all else fails; or 0 passes, 1 is degraded, 2 fails and 3 says nothing of the target"),
]
