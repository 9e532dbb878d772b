// What goes wrong in a simulation: which hosts, how, and for how long.

internal import Checks
public import DNSCore

/// Something that happens to hosts at t = 0.
public struct Fault: Hashable, Sendable {
    /// How a host fails, and so what each kind of check sees of it.
    public enum Manner: String, Hashable, Sendable, CaseIterable {
        /// Nothing listens: connections are refused.
        case refused
        /// Nothing comes back: the host, or the way to it, is gone.
        case silent
        /// Orthanc is dead behind its living nginx: ports open, HTTP says 502, associations are closed.
        case dead
        /// Orthanc hangs: ports open, and nothing answers.
        case hung
        /// Only DICOM is dead.
        case dicom
        /// Only HTTP is.
        case http
    }

    public var manner: Manner
    /// When all is well again; nil: never.
    public var end: Duration?
    /// It comes and goes: half of this it is there, half it is not, until `end`; nil: it stays.
    public var period: Duration?

    public init(_ manner: Manner, end: Duration? = nil, period: Duration? = nil) {
        self.manner = manner
        self.end = end
        self.period = period
    }

    /// Whether it is there at `time` after its beginning.
    func holds(at time: Duration) -> Bool {
        guard time >= .zero, end.map({ time < $0 }) ?? true else { return false }
        guard let period else { return true }
        let phase = time / period
        return phase - phase.rounded(.down) < 0.5
    }
}

extension Fault.Manner {
    /// What a probe says of a host that fails like this; nil: it passes. Answers of living hosts take no time here.
    func verdict(of check: CheckDefinition) -> Verdict? {
        switch (self, check.kind) {
        case (.refused, .exec), (.dead, .exec): failure(.exec, "exit code 1")
        case (.refused, _): failure(.tcp, "connection refused")
        case (.silent, .exec), (.hung, .exec):
            failure(.exec, "no end within \(check.timeouts.exec.spoken), killed", after: check.timeouts.exec)
        case (.silent, _):
            failure(.tcp, "no answer within \(check.timeouts.tcp.spoken)", after: check.timeouts.tcp, .silence)
        case (.dead, .http), (.dead, .https), (.http, .http), (.http, .https): failure(.http, "HTTP status 502")
        case (.dead, .dicom), (.dicom, .dicom): failure(.dicom, "closed without an A-ASSOCIATE-AC")
        case (.hung, .http), (.hung, .https):
            failure(.http, "no answer within \(check.timeouts.http.spoken)", after: check.timeouts.http)
        case (.hung, .dicom):
            failure(
                .dicom, "stalled: no A-ASSOCIATE-AC within \(check.timeouts.dicom.spoken)", after: check.timeouts.dicom,
                .stalled)
        // A simulation looks no host names up.
        case (_, .resolve), (_, .tcp), (_, .tls), (.dicom, _), (.http, _): nil
        }
    }

    private func failure(
        _ layer: Layer, _ text: String, after latency: Duration = .zero, _ sign: Verdict.Sign? = nil
    ) -> Verdict {
        Verdict(outcome: .failed(layer, text), layers: [], latency: latency, sign: sign)
    }

    /// Whether only a part of the host fails, so that who does not look at that part is not concerned.
    var isPartial: Bool { self == .dicom || self == .http }
}

/// A name that leads to a pool: what resolvers ask for.
public struct PoolName: Hashable, Sendable {
    public var name: DomainName
    /// The pool's number.
    public var pool: Int
    /// Of the record, in seconds.
    public var timeToLive: UInt32

    public init(name: DomainName, pool: Int, timeToLive: UInt32) {
        self.name = name
        self.pool = pool
        self.timeToLive = timeToLive
    }
}
