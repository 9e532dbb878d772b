// A check with its defaults filled in, under the keys of triagedns.yaml. Secrets are in files, of which the path is shown.

internal import Foundation

extension CheckDefinition {
    /// Everything but its name.
    public var shown: ShownValue {
        .mapping(
            ShownValue([
                "type": .text(kind.name),
                "port": port.map { .number($0) },
                "role": .text(role.rawValue),
                "interval": .duration(schedule.interval),
                "recheck": .duration(schedule.recheckInterval),
                "fall": .number(schedule.fall),
                "rise": .number(schedule.rise),
                "timeout": timeouts.shown(of: kind),
                "slow": slowThreshold.map { .duration($0) },
            ]).entries + kind.shown)
    }
}

extension ShownValue {
    /// Of a mapping.
    package var entries: [Entry] { if case .mapping(let entries) = self { entries } else { [] } }
}

extension Timeouts {
    /// Of the layers that such a check has.
    fileprivate func shown(of kind: CheckDefinition.Kind) -> ShownValue {
        let layers: [(String, Duration)] =
            switch kind {
            case .tcp: [("tcp", tcp)]
            case .tls: [("tcp", tcp), ("tls", tls)]
            case .http: [("tcp", tcp), ("http", http)]
            case .https: [("tcp", tcp), ("tls", tls), ("http", http)]
            case .dicom(_, nil): [("tcp", tcp), ("dicom", dicom)]
            case .dicom: [("tcp", tcp), ("tls", tls), ("dicom", dicom)]
            case .exec: [("exec", exec)]
            case .resolve: []
            }
        return .mapping(layers.map { .init($0, .duration($1)) })
    }
}

extension CheckDefinition.Kind {
    fileprivate var shown: [ShownValue.Entry] {
        switch self {
        case .tcp, .resolve: []
        case .tls(let tls): tls.shown.entries
        case .http(let options): options.shown.entries
        case .https(let options, let tls): options.shown.entries + tls.shown.entries
        case .dicom(let options, let tls):
            [
                .init("called_aet", .text(options.calledAETitle)), .init("calling_aet", .text(options.callingAETitle)),
                .init("tls", .boolean(tls != nil)),
            ] + (tls?.shown.entries ?? [])
        case .exec(let program):
            [
                .init("command", .texts([program.path] + Secrets.masked(arguments: program.arguments))),
                .init("exit_codes", .text(program.exitCodes.rawValue)),
            ]
        }
    }
}

extension HTTPOptions {
    fileprivate var shown: ShownValue {
        ShownValue([
            "method": .text(method),
            "path": .text(Secrets.masked(path: path)),
            "host": host.map { .text($0) },
            "headers": headers.isEmpty ? nil : .mapping(headers.map(\.shown)),
            "basic_auth_file": basicFile,
            "bearer_file": bearerFile,
            "expect_status": .list(expectedStatus.map(\.shown)),
            "body_contains": body.text.map { .text($0) },
            "body_matches": body.pattern.map { .text($0) },
            "body_limit": body.isEmpty ? nil : .number(body.limit),
        ])
    }

    private var basicFile: ShownValue? { if case .basic(let file) = credentials { .text(file) } else { nil } }

    private var bearerFile: ShownValue? { if case .bearer(let file) = credentials { .text(file) } else { nil } }
}

extension HTTPOptions.Header {
    fileprivate var shown: ShownValue.Entry { .init(name, .text(Secrets.masked(header: name, value))) }
}

extension ClosedRange<Int> {
    /// `401`, or `200-299`.
    fileprivate var shown: ShownValue {
        lowerBound == upperBound ? .number(lowerBound) : .text("\(lowerBound)-\(upperBound)")
    }
}

extension TLSOptions {
    fileprivate var shown: ShownValue {
        ShownValue([
            "server_name": serverName.map { .text($0) },
            "verify": .text(verification.rawValue),
            "ca_file": authorityFile.map { .text($0) },
            "pins": pins.isEmpty ? nil : .texts(pins.map(\.shown)),
            "min_days": minimumDays.map { .number($0) },
            "cover_name": .boolean(coversNames),
            "client_certificate": clientCertificateFile.map { .text($0) },
            "client_key": clientKeyFile.map { .text($0) },
        ])
    }
}

extension TLSOptions.Pin {
    /// Pins are of what is shown to everybody who connects: no secrets.
    fileprivate var shown: String {
        switch self {
        case .certificate(let octets):
            octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        case .publicKey(let octets): "sha256//" + Data(octets).base64EncodedString()
        }
    }
}
