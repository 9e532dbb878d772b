// What is known of the health of targets, in a form that outlives the process: members are known by their names, checks by
// what they ask, and times are counted from 1970, as the next process has another clock.

internal import Checks
internal import DNSCore
#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What an earlier run of the program has left.
public struct SavedHealth: Sendable {
    /// When it was last known to be true.
    public var time: Date
    public var members: [SavedMember]
    public var node: SavedNode?

    public init(time: Date, members: [SavedMember], node: SavedNode?) {
        self.time = time
        self.members = members
        self.node = node
    }
}

/// One address of a target in one pool, with its checks.
public struct SavedMember: Codable, Hashable, Sendable {
    public let pool: String
    public let target: String
    /// Its address, or its host name.
    public let address: String
    var state: MemberState
    /// In the order of the pool's checks.
    var checks: [SavedCheck]

    /// What counts, for people who look into what was saved.
    public var stateName: String { state.state.rawValue }
}

/// A check of an address.
struct SavedCheck: Codable, Hashable, Sendable {
    /// For people.
    var name: String
    /// Of what it asks, by `Fingerprints`: a check that asks something else is another check.
    var fingerprint: String
    var state: CheckState
    var verdict: Verdict?
    var time: Instant?
}

/// What does not belong to one member: how this node judges itself, and what targets seem to have in common.
public struct SavedNode: Codable, Hashable, Sendable {
    /// By address or host name.
    var subjects: [String: ProberState.Subject]
    var cutOff: ProberState.CutOff?
    /// By name of the pool.
    var commonCauses: [String: CommonCause]
}

/// What is to be saved now.
public struct UnsavedHealth: Sendable {
    /// Whether these are all members there are: others that were saved are no more.
    public var isComplete: Bool
    public var members: [SavedMember]
    public var node: SavedNode
}

extension SavedMember {
    func movingTimes(by offset: Duration) -> SavedMember {
        var member = self
        member.state.moveTimes(by: offset)
        for index in member.checks.indices {
            member.checks[index].state.moveTimes(by: offset)
            member.checks[index].time? += offset
        }
        return member
    }
}

extension SavedNode {
    func movingTimes(by offset: Duration) -> SavedNode {
        var node = self
        for name in node.subjects.keys { node.subjects[name]?.moveTimes(by: offset) }
        for name in node.commonCauses.keys { node.commonCauses[name]?.moveTimes(by: offset) }
        node.cutOff?.moveTimes(by: offset)
        return node
    }
}
