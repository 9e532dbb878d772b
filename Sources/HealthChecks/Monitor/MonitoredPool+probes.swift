// What is probed for each address of a target. Units are equal if their probes would be, SNI, Host and all, so the plan
// has each only once, however many pools want it.

internal import Checks
internal import DNSCore

extension MonitoredPool {
    /// One for each check of `target`, in their order; the lookup of its name where that has no address.
    /// - Parameter isOnPaper: nobody looks anything up: a host name is probed as if it were an address.
    func probes(of target: TargetDefinition, at index: Int, isOnPaper: Bool) -> [ProbeUnit] {
        let probing = targetProbing[target.name]
        let own = target.subjects[index]
        if !isOnPaper, case .host = own, needsAddresses(of: target) {
            return [ProbeUnit(check: .resolve, subject: own)]
        }
        let subject = probing?.address(at: index).map { .address($0) } ?? own
        return (probing?.checks ?? checks).map { check in
            let isNamed = check.clientName != nil || check.kind == .tcp || check.isPlainDICOM
            return ProbeUnit(check: check, subject: subject, hostName: isNamed ? nil : target.host?.name.hostText)
        }
    }
}

extension MonitorPlan {
    /// The address that is probed in place of a member's own; nil if it is that.
    func probedAddress(of member: Member) -> String? {
        guard let unit = member.units.first, units[unit].subject != member.subject else { return nil }
        return units[unit].subject.text
    }
}
