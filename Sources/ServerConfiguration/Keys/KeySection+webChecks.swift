// The keys of a check that are about HTTP and TLS.

internal import Checks

extension KeySection {
    private static let web = ["http", "https"]
    private static let secure = ["tls", "https", "dicom"]

    static let webKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "method", for: web, .words(CheckRule.methods), .value("GET"), "Orthanc answers 404 to all but GET."),
        ConfigurationKey("path", for: web, .text("text"), .value("/"), "With the query, if there is one."),
        ConfigurationKey(
            "host", for: web, .text("host name, maybe with a port"),
            .words("`server_name`, else the name that clients use"), "The Host header."),
        ConfigurationKey(
            "headers", for: web, .named("names of headers", .text("one line")), .nothing, "Sent with the request."),
        ConfigurationKey(
            "basic_auth_file", for: web, .file, .nothing,
            "Holds `user:password`; read anew for each probe, never shown."),
        ConfigurationKey("bearer_file", for: web, .file, .nothing, "Holds a token; the same."),
        ConfigurationKey(
            "expect_status", for: web, .list(.text("status or range such as `200-299`")), .value("[200-399]"),
            "The statuses that pass."),
        ConfigurationKey("body_contains", for: web, .text("text"), .nothing, "Must be in the body, case and all."),
        ConfigurationKey(
            "body_matches", for: web, .text("regular expression"), .nothing,
            "Must match somewhere in the body; `(?i)` in front ignores case."),
        ConfigurationKey(
            "body_limit", for: web, .integer(1...BodyExpectation.maximumLimit), .value("65536"),
            "Octets of the body that are looked at."),
    ]

    static let tlsKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "server_name", for: secure, .hostName, .words("the name that clients use"),
            "Sent as SNI; written, it must be in the certificate under `strict`."),
        ConfigurationKey(
            "verify", for: secure, .words(of: TLSOptions.Verification.self), .value("off"),
            "`off`: any certificate passes. `pin`: one of `pins`. `strict`: chain and dates must hold."),
        ConfigurationKey(
            "ca_file", for: secure, .certificateFile, .words("the system's"), "The authorities that `strict` trusts."),
        ConfigurationKey(
            "pins", for: secure, .list(.text("fingerprint")), .nothing,
            "For `pin`: SHA-256 of the certificate, as `openssl x509 -noout -fingerprint -sha256` prints it, or of its key, "
                + "as curl takes it: `sha256//BASE64`."),
        ConfigurationKey(
            "min_days", for: secure, .integer(0...3_650), .words("14 under `strict`"),
            "A certificate that ends sooner is degraded, with the day."),
        ConfigurationKey(
            "cover_name", for: secure, .boolean, .words("`true` under `strict`"),
            "A certificate that is not for all names that clients use is degraded, with the names it is for."),
        ConfigurationKey(
            "client_certificate", for: secure, .certificateFile, .nothing,
            "Shown to servers that ask for one (mutual TLS), with the chain."),
        ConfigurationKey(
            "client_key", for: secure, .certificateFile, .words("the same file"), "Its key, without a passphrase."),
    ]
}
