// How a target is probed, as the operator wrote it. Validated when it is read, plain data from then on.

/// One check of a target: what is asked of which port, how often, and how patient it is.
public struct CheckDefinition: Hashable, Sendable {
    public var name: String
    public var kind: Kind
    /// 1 to 65535; nil only for a program, which may need none, and for `resolve`.
    public var port: UInt16?
    public var role: Role
    public var schedule: Schedule
    public var timeouts: Timeouts
    /// A probe that passes but takes longer is degraded; nil: any time within the timeouts is good.
    public var slowThreshold: Duration?
    /// What clients call the target: the owners of the POOL records that lead to it, as far as this check makes use of
    /// them (`naming`). The first that is no wildcard is sent as SNI and Host where the operator wrote none.
    public private(set) var clientNames: [String] = []

    public enum Kind: Hashable, Sendable {
        /// The port accepts a connection.
        case tcp
        /// ... and completes a TLS handshake.
        case tls(TLSOptions)
        /// An HTTP answer with an expected status.
        case http(HTTPOptions)
        case https(HTTPOptions, TLSOptions)
        /// A DICOM C-ECHO (PS3.7 §9.1.5), over TLS if options are given.
        case dicom(DICOMOptions, TLSOptions?)
        /// The exit code of a program.
        case exec(ProgramOptions)
        /// The target's host name has an address. Stands in where there is none for other checks; no probe.
        case resolve

        /// `tcp`, `tls`, `http`, `https`, `dicom` or `exec`, as in triagedns.yaml; or `resolve`.
        public var name: String {
            switch self {
            case .tcp: "tcp"
            case .tls: "tls"
            case .http: "http"
            case .https: "https"
            case .dicom: "dicom"
            case .exec: "exec"
            case .resolve: "resolve"
            }
        }
    }

    /// What a failure of the check means.
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// The target is down.
        case required
        /// The target is degraded.
        case advisory
    }

    public init(
        name: String, kind: Kind, port: UInt16?, role: Role = .required, schedule: Schedule = Schedule(),
        timeouts: Timeouts = Timeouts(), slowThreshold: Duration? = nil
    ) {
        self.name = name
        self.kind = kind
        self.port = port
        self.role = role
        self.schedule = schedule
        self.timeouts = timeouts
        self.slowThreshold = slowThreshold
    }
}

extension CheckDefinition {
    /// The same check for clients that use `names`, of which it takes only what makes a difference to a probe: so that
    /// two pools whose probes would be the same share one.
    public func naming(_ names: [String]) -> CheckDefinition {
        let first = names.first { !$0.isWildcardName }.map { [$0] } ?? []
        var named = self
        named.clientNames =
            switch kind {
            case .tcp, .resolve, .dicom(_, nil): []
            case .http(let options): options.host == nil ? first : []
            case .tls(let tls), .https(_, let tls), .dicom(_, let tls?):
                tls.coversNames ? names : tls.serverName == nil ? first : []
            case .exec: first
            }
        return named
    }

    /// What clients call the target, if they use one name of its own.
    public var clientName: String? { clientNames.first { !$0.isWildcardName } }

    /// The options of TLS, if it is spoken.
    public var tls: TLSOptions? {
        switch kind {
        case .tls(let tls), .https(_, let tls): tls
        case .dicom(_, let tls): tls
        case .tcp, .http, .exec, .resolve: nil
        }
    }
}

extension String {
    var isWildcardName: Bool { hasPrefix("*.") }
}
