// The section `checks`: the keys of a check. They are also options of `triagedns probe`.

internal import Checks

/// The types of checks, and when a probe of each passes.
let checkTypes: [(name: String, text: String)] = [
    ("tcp", "the port accepts a connection, which is closed at once"),
    ("tls", "... and completes a TLS handshake"),
    ("http", "an HTTP/1.1 request is answered with an expected status (and body); redirects are not followed"),
    ("https", "the same over TLS"),
    ("dicom", "a C-ECHO is answered with status 0000H; over TLS with `tls: true`"),
    ("exec", "a program, run without a shell, says so by its exit code"),
]

extension KeySection {
    static let check = KeySection(
        "checks: NAME",
        "What a probe of each `type` says is in [checks.md](checks.md). File names are seen from the directory of the file.\n\n"
            + "| `type` | passes if |\n|---|---|\n"
            + checkTypes.map { "| `\($0.name)` | \($0.text) |" }.joined(separator: "\n"),
        example: """
            checks:
              web:
                type: https
                port: 443
                role: required
                interval: 10s
                recheck: 2s
                fall: 3
                rise: 3
                timeout: {tcp: 2s, tls: 3s, http: 4s, dicom: 5s, exec: 5s}
                slow: 2s
                method: GET
                path: "/orthanc/changes?last"
                host: pacs.hospital.example
                headers: {Accept: application/json}
                basic_auth_file: monitor.password
                expect_status: [200-299]
                body_contains: '"Last"'
                body_limit: 65536
                server_name: pacs.hospital.example
                verify: strict
                ca_file: ca.pem
                min_days: 14
                cover_name: true
                client_certificate: client.pem
                client_key: client.key
              plugin: {type: http, bearer_file: monitor.token, body_matches: "(?i)worklists"}
              cert: {type: tls, verify: pin, role: advisory, pins: ["sha256//l6Tl8iCBRZIcHCNyV1EC2+SxeD0JMZ/Nep9q8Y3NqD0="]}
              dicom: {type: dicom, called_aet: ORTHANC, calling_aet: TRIAGEDNS, tls: true}
              disk: {type: exec, command: [/usr/local/bin/check_disk, -H, "{address}"], exit_codes: nagios}
            pools:
              orthanc: {checks: [web, plugin, cert, dicom, disk], targets: {orthanc-a: 192.0.2.11}}
            """,
        [
            ConfigurationKey("type", .words(checkTypes.map(\.name)), .required, "How a target is probed."),
            ConfigurationKey(
                "port", .integer(1...65_535), .words("443 (tls, https), 80 (http), 11112 (dicom)"),
                "tcp needs one; exec may do without."),
            ConfigurationKey(
                "role", .words(of: CheckDefinition.Role.self), .value("required"),
                "What `fall` failures in a row make of the target: down, or only degraded."),
            ConfigurationKey(
                "interval", .duration(from: .milliseconds(100)), .words("`10s`; dicom `30s`"),
                "From the start of one probe to the next, moved by up to 10 % either way."),
            ConfigurationKey(
                "recheck", .duration(from: .milliseconds(100)), .words("`2s`; dicom `5s`"),
                "Instead of `interval` after a failure, until there are `fall` in a row."),
            ConfigurationKey("fall", .integer(1...100), .value("3"), "Failures in a row that make it down."),
            ConfigurationKey("rise", .integer(1...100), .value("3"), "Passes in a row that make it up again."),
            ConfigurationKey(
                "timeout", .either([.duration(from: .milliseconds(10)), .section(.timeouts)]),
                .value("{tcp: 2s, tls: 3s, http: 4s, dicom: 5s, exec: 5s}"),
                "How long each layer may take, from the end of the one below it."),
            ConfigurationKey(
                "slow", .duration(from: .milliseconds(1)), .nothing,
                "A probe that passes but takes longer in all is degraded."),
        ] + webKeys + dicomKeys + tlsKeys + programKeys)

    static let timeouts = KeySection(
        "checks: NAME: timeout", "`timeout: 5s` gives each layer as long.",
        ["tcp", "tls", "http", "dicom", "exec"].map { layer in
            ConfigurationKey(
                layer, .duration(from: .milliseconds(10)), .value(defaultTimeout(layer)), timeoutTexts[layer] ?? "")
        })

    private static func defaultTimeout(_ layer: String) -> String {
        switch layer {
        case "tcp": write(Timeouts().tcp)
        case "tls": write(Timeouts().tls)
        case "http": write(Timeouts().http)
        case "dicom": write(Timeouts().dicom)
        default: write(Timeouts().exec)
        }
    }

    private static let timeoutTexts = [
        "tcp": "For the connection.", "tls": "For the handshake.", "http": "From the request to the end of the answer.",
        "dicom": "For the association, and again for the C-ECHO.", "exec": "From the start of the program to its end.",
    ]

    private static let dicomKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "called_aet", for: ["dicom"], .text("1 to 16 characters"), .value("ORTHANC"),
            "The server's AE title; one that the server does not know fails."),
        ConfigurationKey(
            "calling_aet", for: ["dicom"], .text("1 to 16 characters"), .value("TRIAGEDNS"),
            "Our AE title; a server that does not know it is alive, so degraded."),
        ConfigurationKey("tls", for: ["dicom"], .boolean, .value("false"), "DICOM over TLS."),
    ]

    private static let programKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "command", for: ["exec"], .list(.text("text")), .nothing,
            "The program's absolute path and its arguments, in which `{address}`, `{name}` and `{port}` stand for the "
                + "target's; must be written."),
        ConfigurationKey(
            "exit_codes", for: ["exec"], .words(of: ProgramOptions.ExitCodes.self), .value("plain"),
            "`plain`: 0 passes and all else fails. `nagios`: 0 passes, 1 is degraded, 2 fails and 3 says nothing of the "
                + "target."),
    ]
}
