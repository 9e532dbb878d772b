// How a target is probed, as the operator wrote it. Validated when it is read, plain data from then on.

/// One check of a target: what is asked of which port, how often, and how patient it is.
public struct CheckDefinition: Hashable, Sendable {
    public var name: String
    public var kind: Kind
    public var port: UInt16
    public var schedule: Schedule
    public var timeouts: Timeouts

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

        /// `tcp`, `tls`, `http`, `https` or `dicom`, as in triagedns.yaml.
        public var name: String {
            switch self {
            case .tcp: "tcp"
            case .tls: "tls"
            case .http: "http"
            case .https: "https"
            case .dicom: "dicom"
            }
        }
    }

    public init(
        name: String, kind: Kind, port: UInt16, schedule: Schedule = Schedule(), timeouts: Timeouts = Timeouts()
    ) {
        self.name = name
        self.kind = kind
        self.port = port
        self.schedule = schedule
        self.timeouts = timeouts
    }
}

/// When a check runs, and how many verdicts in a row change a target's state.
public struct Schedule: Hashable, Sendable {
    /// Between the start of one probe and the next; each is moved by up to `jitter`.
    public var interval: Duration
    /// Instead of `interval` after a failure, until there are `fall` in a row.
    public var recheckInterval: Duration
    /// Failures in a row that make it down, and passes in a row that make it up again; 1 or more.
    public var fall: Int
    public var rise: Int
    /// Share of the interval, 0 to 1, by which a probe may come early or late.
    public static let jitter = 0.1

    public init(
        interval: Duration = .seconds(10), recheckInterval: Duration = .seconds(2), fall: Int = 3, rise: Int = 3
    ) {
        self.interval = interval
        self.recheckInterval = recheckInterval
        self.fall = fall
        self.rise = rise
    }
}

/// The longest that each layer of one probe may take. A layer's clock starts when the one below it is done.
public struct Timeouts: Hashable, Sendable {
    public var tcp: Duration
    public var tls: Duration
    public var http: Duration
    public var dicom: Duration

    public init(
        tcp: Duration = .seconds(2), tls: Duration = .seconds(3), http: Duration = .seconds(4),
        dicom: Duration = .seconds(5)
    ) {
        self.tcp = tcp
        self.tls = tls
        self.http = http
        self.dicom = dicom
    }
}

public struct TLSOptions: Hashable, Sendable {
    /// Sent as SNI and looked for in the certificate; nil: no SNI, and the address is looked for.
    public var serverName: String?
    public var verification: Verification
    /// PEM file of the authorities to trust; nil: the system's.
    public var authorityFile: String?

    public enum Verification: String, Hashable, Sendable, CaseIterable {
        /// Any certificate passes: the check is about being alive.
        case off
        /// Chain, name and validity must all hold.
        case strict
    }

    public init(serverName: String? = nil, verification: Verification = .off, authorityFile: String? = nil) {
        self.serverName = serverName
        self.verification = verification
        self.authorityFile = authorityFile
    }
}

public struct HTTPOptions: Hashable, Sendable {
    public var method: String
    public var path: String
    /// The Host header; nil: the TLS server name, else the address.
    public var host: String?
    public var expectedStatus: [ClosedRange<Int>]

    public init(
        method: String = "GET", path: String = "/", host: String? = nil,
        expectedStatus: [ClosedRange<Int>] = [200...399]
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.expectedStatus = expectedStatus
    }
}

public struct DICOMOptions: Hashable, Sendable {
    /// Application entity titles, 1 to 16 characters (PS3.8 §9.3.2).
    public var calledAETitle: String
    public var callingAETitle: String

    public init(calledAETitle: String = "ORTHANC", callingAETitle: String = "TRIAGEDNS") {
        self.calledAETitle = calledAETitle
        self.callingAETitle = callingAETitle
    }
}
