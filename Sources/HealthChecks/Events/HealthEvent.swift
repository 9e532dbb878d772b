// What has happened, with the evidence: kept for people who ask later why something was answered. JSON with snake_case
// keys; times are ISO 8601 in UTC with milliseconds.

public import DNSCore

/// One thing that has happened.
public struct HealthEvent: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A member is in another state.
        case transition
        /// An operator has set something over what probes say of a target, or its weight, or taken that away.
        case override
        /// A window of maintenance that an operator has set.
        case maintenanceScheduled = "maintenance_scheduled"
        case maintenanceBegin = "maintenance_begin"
        /// It is over, was ended, or called off.
        case maintenanceEnd = "maintenance_end"
        /// All targets of a pool fail the same deep layer: they are kept in service.
        case commonMode = "common_mode"
        /// They are kept no longer, or need not be.
        case commonModeOver = "common_mode_over"
        /// This node is probably cut off: all states are held.
        case cutOff = "cut_off"
        /// It still seems cut off, but has been for too long to hold states.
        case cutOffHoldOver = "cut_off_hold_over"
        case reachable
        /// A target's host name has other addresses than before.
        case moved
        /// A target's host name cannot be resolved: its addresses are kept, or not any longer.
        case unresolved
        case resolved
    }

    /// From 1, each one more than the last, as long as the process runs.
    public var sequence: UInt64
    public var time: String
    public var kind: Kind
    /// Absent where it concerns the whole node.
    public var pool: String?
    public var target: String?
    /// The member's address, or its host name.
    public var address: String?
    /// States of a transition, overrides of an override, addresses of a target that has moved.
    public var from: String?
    public var to: String?
    /// Why, in a sentence; of an operator's order in the operator's words.
    public var reason: String
    /// Who has ordered it.
    public var by: String?
    /// The member's checks with their last verdicts.
    public var checks: [CheckStatus]?
    /// What the pool answered with, and what it answers with now.
    public var before: ServedAnswers?
    public var after: ServedAnswers?

    init(_ kind: Kind, at time: String, reason: String) {
        sequence = 0
        self.time = time
        self.kind = kind
        self.reason = reason
    }
}

/// The body of `GET /v1/events`.
public struct EventPage: Codable, Sendable {
    public var events: [HealthEvent]
    /// What to ask for next: `after=` this.
    public var next: UInt64
    /// The oldest event that is kept, and the newest that there is; 0 if there is none.
    public var oldest: UInt64
    public var newest: UInt64

    public init(events: [HealthEvent], next: UInt64, oldest: UInt64, newest: UInt64) {
        self.events = events
        self.next = next
        self.oldest = oldest
        self.newest = newest
    }
}

extension HealthEvent {
    /// The reason of an order that was given without one.
    static let unexplained = "ordered by an operator"

    /// One line for a log or a terminal, without time and number.
    public var text: String {
        var text = [pool, target, address].compactMap { $0 }.joined(separator: " ")
        if !text.isEmpty { text += ": " }
        if kind == .moved { text = text.replacing(": ", with: " moved: ") }
        let words = by.map { reason == Self.unexplained ? "by \($0)" : "\(reason), by \($0)" } ?? reason
        let kind = kind.title.map { "\($0) " } ?? ""
        text += from.flatMap { from in to.map { "\(from) -> \($0) (\(kind)\(words))" } } ?? kind + words
        if let before, let after, before.text != after.text { text += "; answers \(before.text) -> \(after.text)" }
        return text
    }
}

extension HealthEvent.Kind {
    /// What the reason needs before it.
    fileprivate var title: String? {
        switch self {
        case .maintenanceScheduled, .maintenanceBegin, .maintenanceEnd: "maintenance"
        default: nil
        }
    }
}

extension ServedAnswers {
    /// `192.0.2.11, 192.0.2.12`, with what is unusual about it.
    public var text: String {
        var list: [String] = []
        for (index, member) in members.enumerated() {
            list.append(weights.map { "\(member) (weight \($0[index]))" } ?? member)
        }
        if let substitute { list = ["those of pool \(substitute)"] }
        let text = list.isEmpty ? "none" : list.joined(separator: ", ")
        return mode == .normal ? text : "\(text) [\(mode.rawValue)]"
    }
}
