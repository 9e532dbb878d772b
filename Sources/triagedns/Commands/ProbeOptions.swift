// The options of `probe`: keys of a check, with dashes. What they mean and may be is read as in triagedns.yaml.

import ArgumentParser

/// A key and what was written for it.
typealias KeyValues = (key: String, values: [String])

private func written(_ options: [(String, String?)]) -> [KeyValues] {
    options.compactMap { key, value in value.map { (key, [$0]) } }
}

extension String {
    fileprivate var parts: [String] {
        split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingPrefix(while: \.isWhitespace)) }
    }
}

struct CommonOptions: ParsableArguments {
    @Option(help: "How long each layer may take, such as 2s.")
    var timeout: String?

    @Option(help: "A probe that takes longer is degraded.")
    var slow: String?

    @Option(help: "The name that clients use: for SNI, Host and the certificate.")
    var name: String?

    var keys: [KeyValues] { written([("timeout", timeout), ("slow", slow)]) }
}

struct WebOptions: ParsableArguments {
    @Option var method: String?
    @Option var path: String?

    @Option(help: "The Host header.")
    var host: String?

    @Option(help: "Statuses that pass, such as 200-299,401.")
    var expectStatus: String?

    @Option(name: .customLong("header"), help: "Name: value; may be repeated.")
    var headers: [String] = []

    @Option(help: "A file with user:password.")
    var basicAuthFile: String?

    @Option(help: "A file with a token.")
    var bearerFile: String?

    @Option(help: "A text that must be in the body.")
    var bodyContains: String?

    @Option(help: "A regular expression that must match in the body.")
    var bodyMatches: String?

    @Option(help: "Octets of the body that are looked at.")
    var bodyLimit: String?

    var keys: [KeyValues] {
        written([
            ("method", method), ("path", path), ("host", host), ("basic_auth_file", basicAuthFile),
            ("bearer_file", bearerFile), ("body_contains", bodyContains), ("body_matches", bodyMatches),
            ("body_limit", bodyLimit),
        ]) + (expectStatus.map { [("expect_status", $0.parts)] } ?? [])
            + (headers.isEmpty ? [] : [("headers", headers)])
    }
}

struct SecurityOptions: ParsableArguments {
    @Option(help: "The name for SNI and the certificate.")
    var serverName: String?

    @Option(help: "off, pin or strict.")
    var verify: String?

    @Option(help: "PEM file of the authorities to trust.")
    var caFile: String?

    @Option(name: .customLong("pin"), help: "SHA-256 of the certificate or key; may be repeated.")
    var pins: [String] = []

    @Option(help: "A certificate that ends in fewer days is degraded.")
    var minDays: String?

    @Flag(help: "A certificate that is not for --name is degraded.")
    var coverName = false

    @Option(help: "PEM file of our certificate.")
    var clientCertificate: String?

    @Option(help: "PEM file of its key.")
    var clientKey: String?

    var keys: [KeyValues] {
        written([
            ("server_name", serverName), ("verify", verify), ("ca_file", caFile), ("min_days", minDays),
            ("cover_name", coverName ? "true" : nil), ("client_certificate", clientCertificate),
            ("client_key", clientKey),
        ]) + (pins.isEmpty ? [] : [("pins", pins)])
    }
}

struct EchoOptions: ParsableArguments {
    @Option(help: "The server's application entity title.")
    var calledAet: String?

    @Option(help: "Our application entity title.")
    var callingAet: String?

    @Flag(help: "DICOM over TLS.")
    var tls = false

    var keys: [KeyValues] {
        written([("called_aet", calledAet), ("calling_aet", callingAet), ("tls", tls ? "true" : nil)])
    }
}

struct ProgramOptions: ParsableArguments {
    @Option(help: "plain or nagios.")
    var exitCodes: String?

    @Argument(parsing: .postTerminator, help: "After --: the program and its arguments.")
    var command: [String] = []

    var keys: [KeyValues] {
        written([("exit_codes", exitCodes)]) + (command.isEmpty ? [] : [("command", command)])
    }
}
