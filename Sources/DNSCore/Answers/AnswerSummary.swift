// What counters want to know of an answer and cannot read from its header.

/// Of one answer; the next one has another.
public struct AnswerSummary: BitwiseCopyable, Sendable {
    /// Under which number its zone is counted: below `CountedZones.count`.
    public internal(set) var zone = CountedZones.none
    /// The lower eight bits of the response code: none of ours has more, but a header has only four.
    public internal(set) var code: UInt8 = 0
    /// What the query's cookie was worth.
    public internal(set) var cookie = CookieStanding.absent

    init() {}
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
