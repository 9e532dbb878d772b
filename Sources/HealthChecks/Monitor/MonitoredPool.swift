// What the monitor watches, and how it is numbered: every (check, address) once, however many pools have it.

public import Checks
public import DNSCore

/// A pool and the checks of its targets. A pool without checks is never probed and always up.
public struct MonitoredPool: Hashable, Sendable {
    public var definition: PoolDefinition
    public var checks: [CheckDefinition]

    public init(definition: PoolDefinition, checks: [CheckDefinition]) {
        self.definition = definition
        self.checks = checks
    }
}

/// What is probed: an address, or a host name.
enum ProbeSubject: Hashable, Sendable {
    case address(IPAddress)
    case host(DomainName)

    var text: String {
        switch self {
        case .address(let address): "\(address)"
        case .host(let name): name.hostText
        }
    }
}

/// One thing to run on a schedule.
struct ProbeUnit: Hashable, Sendable {
    var check: CheckDefinition
    var subject: ProbeSubject
}

/// The numbering of units and members of some pools, fixed; other pools are another plan.
struct MonitorPlan: Sendable {
    /// An address or host name of a target, in the order of the pools.
    struct Member: Sendable {
        var pool: Int
        var target: Int
        /// Within the target.
        var index: Int
        var subject: ProbeSubject
        /// Its checks, as indices of `units`, in the order of the pool's checks.
        var units: [Int]
    }

    let pools: [MonitoredPool]
    private(set) var units: [ProbeUnit] = []
    private(set) var numbers: [ProbeUnit: Int] = [:]
    private(set) var members: [Member] = []
    /// By unit: the members that it counts for.
    private(set) var membersOfUnit: [[Int]] = []
    /// By pool and target: the index of its first member.
    private(set) var firstMember: [[Int]] = []

    init(_ pools: [MonitoredPool]) {
        self.pools = pools
        for (pool, monitored) in pools.enumerated() {
            firstMember.append([])
            for (target, definition) in monitored.definition.targets.enumerated() {
                firstMember[pool].append(members.count)
                for (index, subject) in definition.subjects.enumerated() {
                    let units = monitored.checks.map { number(ProbeUnit(check: $0, subject: subject)) }
                    for unit in units { membersOfUnit[unit].append(members.count) }
                    members.append(Member(pool: pool, target: target, index: index, subject: subject, units: units))
                }
            }
        }
    }

    private mutating func number(_ unit: ProbeUnit) -> Int {
        if let known = numbers[unit] { return known }
        numbers[unit] = units.count
        units.append(unit)
        membersOfUnit.append([])
        return units.count - 1
    }
}

extension TargetDefinition {
    /// One for each address, or one for the host name.
    var subjects: [ProbeSubject] {
        switch endpoint {
        case .addresses(let addresses): addresses.map { .address($0) }
        case .host(let name): [.host(name)]
        // Its members are probed in the pool itself.
        case .pool: []
        }
    }
}
