// When a check runs, and how long it may take.

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
    /// From the start of a program to its end; its process group is killed then.
    public var exec: Duration

    public init(
        tcp: Duration = .seconds(2), tls: Duration = .seconds(3), http: Duration = .seconds(4),
        dicom: Duration = .seconds(5), exec: Duration = .seconds(5)
    ) {
        self.tcp = tcp
        self.tls = tls
        self.http = http
        self.dicom = dicom
        self.exec = exec
    }

    /// The same for every layer.
    public init(all limit: Duration) {
        self.init(tcp: limit, tls: limit, http: limit, dicom: limit, exec: limit)
    }
}
