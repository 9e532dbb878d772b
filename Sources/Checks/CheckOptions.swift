// What the layers of a check are told to ask and to expect.

public struct TLSOptions: Hashable, Sendable {
    /// Sent as SNI and looked for in the certificate; nil: the name that clients use, else of the target's host.
    public var serverName: String?
    public var verification: Verification
    /// PEM file of the authorities to trust; nil: the system's.
    public var authorityFile: String?
    /// One of them is the server's certificate; not empty under `pin`.
    public var pins: [Pin] = []
    /// PEM files of the certificate that is shown to servers that ask for one, and of its key, which may be the same.
    public var clientCertificateFile: String?
    public var clientKeyFile: String?
    /// A certificate that ends in fewer days is degraded; nil: its end is not looked at.
    public var minimumDays: Int?
    /// Whether a certificate that is not for all names that clients use is degraded.
    public var coversNames = false

    public enum Verification: String, Hashable, Sendable, CaseIterable {
        /// Any certificate passes: the check is about being alive.
        case off
        /// The certificate, or its key, is one of `pins`.
        case pin
        /// Chain and validity must hold, and the name if the operator wrote one.
        case strict
    }

    /// What a certificate is known by: 32 octets of SHA-256.
    public enum Pin: Hashable, Sendable {
        /// Of the certificate in DER.
        case certificate([UInt8])
        /// Of its SubjectPublicKeyInfo in DER (RFC 7469 §2.4), which outlives a renewal with the same key.
        case publicKey([UInt8])
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
    /// The Host header; nil: the TLS server name, else the name that clients use, else the address.
    public var host: String?
    /// Sent beside our own; never one of those that the exchange sets itself.
    public var headers: [Header] = []
    /// Where the Authorization header comes from.
    public var credentials: Credentials?
    public var expectedStatus: [ClosedRange<Int>]
    public var body = BodyExpectation()

    public struct Header: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A file with a secret, read anew for each probe, so that none of it is kept.
    public enum Credentials: Hashable, Sendable {
        /// `user:password` (RFC 7617).
        case basic(file: String)
        /// A token (RFC 6750).
        case bearer(file: String)

        public var file: String {
            switch self {
            case .basic(let file), .bearer(let file): file
            }
        }
    }

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

/// What the body of an HTTP answer must hold, within its first octets.
public struct BodyExpectation: Hashable, Sendable {
    /// A text somewhere in it, case and all.
    public var text: String?
    /// A regular expression that matches somewhere in it.
    public var pattern: String?
    /// How many octets are read, 1 to `maximumLimit`.
    public var limit = 65_536

    public static let maximumLimit = 1 << 20

    public init() {}

    public var isEmpty: Bool { text == nil && pattern == nil }
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

/// A program that is run without a shell.
public struct ProgramOptions: Hashable, Sendable {
    /// Absolute.
    public var path: String
    /// `{address}`, `{name}` and `{port}` in them stand for the target's.
    public var arguments: [String]
    public var exitCodes: ExitCodes

    public enum ExitCodes: String, Hashable, Sendable, CaseIterable {
        /// 0 passes, all else fails: what programs do.
        case plain
        /// 0 passes, 1 is degraded, 2 fails, 3 says nothing of the target: what monitoring plugins do.
        case nagios
    }

    public init(path: String, arguments: [String] = [], exitCodes: ExitCodes = .plain) {
        self.path = path
        self.arguments = arguments
        self.exitCodes = exitCodes
    }
}
