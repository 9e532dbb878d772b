// The state of one address of a target (or of its host name): the worst of its checks.

public import DNSCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One member, and since when it is in its state.
public struct MemberState: Sendable, Hashable {
    public private(set) var health: MemberCondition
    /// Wall time of the last change of `health.state`.
    public private(set) var since: Date

    /// A member without checks is up; it is never probed.
    public init(hasChecks: Bool, since: Date) {
        health = MemberCondition(hasChecks ? .unknown : .up, isChanging: false)
        self.since = since
    }

    /// Judges the member by its checks. Returns what it was, or nil if nothing has changed.
    public mutating func update(from checks: some Collection<CheckState>, at time: Date) -> MemberCondition? {
        let new = MemberCondition(
            HealthState.worst(checks.lazy.map(\.state)), isChanging: checks.contains(where: \.isChanging))
        guard new != health else { return nil }
        let old = health
        if new.state != old.state { since = time }
        health = new
        return old
    }
}
