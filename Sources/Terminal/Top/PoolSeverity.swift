// How much a pool needs somebody who looks after it.

public import Admin
import DNSCore
import HealthChecks

/// The worst first.
public enum PoolSeverity: Int, CaseIterable, Comparable, Sendable {
    /// It is not answered as it should be, or everybody fails at the same layer.
    case failing
    /// Somebody is not well, or an operator has ordered something.
    case impaired
    case well

    public init(_ pool: PoolReport) {
        let isAnswered = pool.targets.contains { $0.inService == true }
        if pool.answers.mode != .normal || pool.commonMode != nil || !isAnswered {
            self = .failing
        } else {
            self = pool.targets.allSatisfy(\.isWell) ? .well : .impaired
        }
    }

    public static func < (left: PoolSeverity, right: PoolSeverity) -> Bool { left.rawValue < right.rawValue }

    var words: String {
        switch self {
        case .failing: "failing"
        case .impaired: "impaired"
        case .well: "well"
        }
    }

    var tone: Tone {
        switch self {
        case .failing: .bad
        case .impaired: .warning
        case .well: .good
        }
    }
}

extension TargetStatus {
    /// Nobody has anything to do about it.
    var isWell: Bool {
        state == .up && override == nil && orders == nil
            && addresses.allSatisfy { $0.hold == nil && !$0.isFrozen && !$0.isStale }
    }

    static let wellRank = 4

    /// Its place among those of its pool if not all fit: the worst first.
    var rank: Int {
        switch state {
        case .down: 0
        case .unknown: 1
        case .degraded: 2
        case .up: isWell ? Self.wellRank : 3
        }
    }
}
