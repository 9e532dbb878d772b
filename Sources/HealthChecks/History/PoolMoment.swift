// What was known of a pool from one moment on, and why: enough to plan its answers of that time anew.

public import Checks
public import DNSCore

/// A pool from `time` until its next moment. Written whenever what is published of its members changes.
public struct PoolMoment: Codable, Hashable, Sendable {
    /// Seconds since 1970.
    public var time: Double
    /// When the program was started that saw it, in seconds since 1970.
    public var run: Double
    public var pool: String
    /// Of the pool's definition; another one says that the configuration was another.
    public var configuration: String
    /// In the order of the targets; none for a target that is a pool.
    public var members: [Member]

    /// One address of a target, or its host name.
    public struct Member: Codable, Hashable, Sendable {
        public var target: String
        public var address: String
        /// Before `order`.
        public var state: HealthState
        /// Since when it has that state; seconds since 1970.
        public var since: Double
        /// Why it is in that state.
        public var reason: String
        /// The checks that do not pass.
        public var faults: [Fault]
        public var isChanging: Bool
        public var isUncertain: Bool
        public var wasInService: Bool
        /// Tenths of its weight, 1 to 10.
        public var share: UInt8
        public var order: Order?
    }

    /// A check that does not pass.
    public struct Fault: Codable, Hashable, Sendable {
        public var check: String
        public var layer: Layer
        public var text: String

        /// `web, http: status 502`.
        var words: String { "\(check)\(check == layer.rawValue ? "" : ", \(layer.rawValue)"): \(text)" }
    }

    /// What an operator has set over what probes say.
    public struct Order: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Sendable {
            case drained
            case forcedUp = "forced_up"
            case forcedDown = "forced_down"
            case weight
        }

        public var kind: Kind
        /// Of kind `weight`.
        public var weight: Int?
    }
}

extension PoolMoment.Order {
    public init(_ override: Override) {
        switch override {
        case .drained: self.init(kind: .drained)
        case .forcedUp: self.init(kind: .forcedUp)
        case .forcedDown: self.init(kind: .forcedDown)
        case .weight(let weight): self.init(kind: .weight, weight: weight)
        }
    }

    public var override: Override {
        switch kind {
        case .drained: .drained
        case .forcedUp: .forcedUp
        case .forcedDown: .forcedDown
        case .weight: .weight(weight ?? 0)
        }
    }
}

extension PoolMoment.Member {
    /// As it was published.
    public var condition: MemberCondition {
        var condition = MemberCondition(state, isChanging: isChanging)
        condition.isUncertain = isUncertain
        condition.wasInService = wasInService
        condition.share = share
        condition.override = order?.override
        return condition
    }
}

extension PoolMoment {
    /// What was known of the members of `definition` then, in its order. Members that it did not have are unknown.
    public func conditions(for definition: PoolDefinition) -> [[MemberCondition]] {
        definition.targets.map { target in
            target.subjects.map { self[target.name, $0.text]?.condition ?? MemberCondition(.unknown) }
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
