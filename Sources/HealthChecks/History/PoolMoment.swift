// What was known of a pool from one moment on, and why: enough to plan its answers of that time anew.

public import Checks
public import DNSCore

/// A pool from `time` until its next moment. Written whenever what is published of its members changes.
public struct PoolMoment: Codable, Hashable, Sendable {
    public var time: Timestamp
    /// When the program was started that saw it.
    public var run: Timestamp
    public var pool: String
    /// Of the pool's definition; another one says that the configuration was another.
    public var configuration: String
    /// In the order of the targets; a target that is a pool has one if operators have ordered something for it.
    public var members: [Member]

    /// One address of a target, or its host name.
    public struct Member: Codable, Hashable, Sendable {
        public var target: String
        /// Empty for a pool.
        public var address: String
        /// Before `override`.
        public var state: HealthState
        /// Since when it has that state.
        public var since: Timestamp
        /// Why it is in that state.
        public var reason: String
        /// The checks that do not pass.
        public var faults: [Fault]
        public var isChanging: Bool
        public var isUncertain: Bool
        public var wasInService: Bool
        /// Tenths of its weight, 1 to 10.
        public var share: UInt8
        /// What operators have set, in force then; and in words, with who and why.
        public var override: Override?
        public var weight: UInt32?
        public var orders: [String]
    }

    /// A check that does not pass.
    public struct Fault: Codable, Hashable, Sendable {
        public var check: String
        public var layer: Layer
        public var text: String

        /// `web, http: status 502`.
        var words: String { "\(check)\(check == layer.rawValue ? "" : ", \(layer.rawValue)"): \(text)" }
    }
}

extension PoolMoment.Member {
    /// As it was published.
    public var condition: MemberCondition {
        var condition = MemberCondition(state, isChanging: isChanging)
        condition.isUncertain = isUncertain
        condition.wasInService = wasInService
        condition.share = share
        condition.override = override
        condition.weight = weight
        return condition
    }
}

extension PoolMoment {
    /// What was known of the members of `definition` then, in its order. Members that it did not have are unknown.
    public func conditions(for definition: PoolDefinition) -> [[MemberCondition]] {
        definition.targets.map { target in
            if case .pool = target.endpoint { return self[target.name, ""].map { [$0.condition] } ?? [] }
            return target.subjects.map { self[target.name, $0.text]?.condition ?? MemberCondition(.unknown) }
        }
    }

    /// What was wrong with those that were not up, in a few words.
    public func faultTexts(for definition: PoolDefinition) -> [[String?]] {
        definition.targets.map { target in
            target.subjects.map { subject in
                guard let member = self[target.name, subject.text], member.state != .up else { return nil }
                return member.faults.first?.words
            }
        }
    }

    public subscript(target: String, address: String) -> Member? {
        members.first { $0.target == target && $0.address == address }
    }
}
