// What became of a message: what counters want to know and cannot read from the answer's header.

/// Of one message.
public struct AnswerSummary: BitwiseCopyable, Sendable {
    public internal(set) var outcome = Outcome.dropped
    /// Under which number its zone is counted: below `CountedZones.count`.
    public internal(set) var zone = CountedZones.none
    /// The lower eight bits of the response code: none of ours has more, but a header has only four.
    public internal(set) var code: UInt8 = 0
    /// What the query's cookie was worth.
    public internal(set) var cookie = CookieStanding.absent

    package init() {}
}

/// What became of a message.
public enum Outcome: BitwiseCopyable, Sendable {
    case answered
    /// It was no query at all.
    case dropped
    /// The client's address is not allowed: REFUSED, or no answer.
    case denied
    /// Above the rate limit: no answer.
    case limited
    /// Above the rate limit: answered truncated and empty, to be asked again over TCP.
    case slipped
}

/// What a query's COOKIE option is worth (RFC 7873 §5.2).
public enum CookieStanding: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// There is none, or cookies are off.
    case absent
    /// The client has none of ours yet.
    case clientOnly
    /// What it has is not ours, too old, or for another address.
    case invalid
    /// It was given to this address before, so the address is not forged.
    case valid
}
