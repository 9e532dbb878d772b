// What the checks of a member weigh: a required one decides, an advisory one only makes degraded.

internal import Checks
internal import DNSCore

extension HealthBoard {
    /// The states of a member's checks, as far as they count.
    func states(of member: MonitorPlan.Member) -> [CheckState] {
        member.units.map { units[$0].state.counted(as: plan.units[$0].check.role) }
    }
}

extension CheckState {
    /// A failing advisory check is degraded, and one that is not known yet holds nothing up.
    func counted(as role: CheckDefinition.Role) -> CheckState {
        guard role == .advisory else { return self }
        var counted = self
        switch state {
        case .up, .degraded: break
        case .unknown: counted.state = .up
        case .down: counted.state = .degraded
        }
        return counted
    }
}
