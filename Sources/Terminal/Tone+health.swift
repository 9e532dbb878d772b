// What states mean to whoever looks at them.

public import DNSCore
public import HealthChecks

extension Tone {
    public init(_ state: HealthState) {
        self =
            switch state {
            case .up: .good
            case .degraded, .unknown: .warning
            case .down: .bad
            }
    }

    /// Of a pool's answers.
    public init(_ mode: PoolService.Mode) {
        self =
            switch mode {
            case .normal: .good
            case .failOpen, .lastKnown, .backup: .warning
            case .closed, .servfail: .bad
            }
    }
}

extension HealthEvent {
    /// Of a transition, that of the state that it leads to.
    public var tone: Tone {
        guard kind == .transition, let state = to.flatMap({ HealthState(rawValue: $0) }) else { return .plain }
        return Tone(state)
    }
}
