// What the monitor watches, and how it is numbered: every (check, address) once, however many pools have it.

public import Checks
public import DNSCore

/// A pool and the checks of its targets. A pool without checks is never probed and always up.
public struct MonitoredPool: Hashable, Sendable {
    public var definition: PoolDefinition
    public var checks: [CheckDefinition]
    /// By name of the target: what is probed otherwise than the rest of the pool.
    public var targetProbing: [String: TargetProbing]
    public var rules: HealthRules
    /// The largest TTL of the records that answer with the pool, in seconds; nil if none does.
    public var timeToLive: UInt32?

    public init(
        definition: PoolDefinition, checks: [CheckDefinition], targetProbing: [String: TargetProbing] = [:],
        rules: HealthRules = HealthRules(), timeToLive: UInt32? = nil
    ) {
        self.definition = definition
        self.checks = checks
        self.targetProbing = targetProbing
        self.rules = rules
        self.timeToLive = timeToLive
    }
}

/// How the prober judges itself.
public struct ProberRules: Hashable, Sendable {
    /// Something that is expected to take TCP connections whenever this node is connected at all.
    public struct Reference: Hashable, Sendable {
        public var address: IPAddress
        public var port: UInt16

        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    public var references: [Reference]
    /// How long states are held when everything falls silent at once; nil: not at all.
    public var freeze: Duration?

    public init(references: [Reference] = [], freeze: Duration? = .seconds(600)) {
        self.references = references
        self.freeze = freeze
    }
}

/// What is probed: an address. Or what cannot be: a host name without one.
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
    /// Of a target that is given by name: what SNI and Host say where the check says nothing.
    var hostName: String?

    /// What has no address is not: what is known of it comes from name servers.
    var isProbed: Bool { if case .address = subject { true } else { false } }

    /// What tells units apart that a plan may have side by side: all fields of a check take a while.
    func hash(into hasher: inout Hasher) {
        hasher.combine(check.name)
        hasher.combine(check.port)
        hasher.combine(check.clientNames.first)
        hasher.combine(subject)
        hasher.combine(hostName)
    }
}

/// The numbering of units and members of some pools, fixed; other pools are another plan.
struct MonitorPlan: Sendable {
    /// An address or host name of a target, in the order of the pools.
    struct Member: Sendable {
        var pool: Int
        var target: Int
        /// Within the target, and within the pool.
        var index: Int
        var place: Int
        var subject: ProbeSubject
        /// Its checks, as indices of `units`, in the order of the pool's checks.
        var units: [Int]
    }

    private(set) var pools: [MonitoredPool]
    let prober: ProberRules
    private(set) var units: [ProbeUnit] = []
    private(set) var numbers: [ProbeUnit: Int] = [:]
    private(set) var members: [Member] = []
    /// By unit: the members that it counts for, and which of their checks it is.
    private(set) var membersOfUnit: [[(member: Int, check: Int)]] = []
    /// By pool: its members.
    private(set) var ranges: [Range<Int>] = []
    /// By pool: itself, the pools that it is nested in, at whatever depth, and all that are nested in one of these.
    let relatives: [[Int]]
    /// Everything that is probed, and by unit which of it that is.
    private(set) var subjects: [ProbeSubject] = []
    private(set) var subjectOfUnit: [Int] = []
    /// Of `prober.references`, in their order.
    private(set) var referenceUnits: [Int] = []
    /// By pool: itself, and those whose answers may hang on it.
    private let dependents: [[Int]]
    private var subjectNumbers: [ProbeSubject: Int] = [:]

    /// The plan of pools whose hosts nobody looks up: each host name is one member, with its checks, and answered as such.
    init(onPaper pools: [MonitoredPool], prober: ProberRules = ProberRules()) {
        self.init(pools.map(\.withAliases), prober: prober, isOnPaper: true)
    }

    init(_ pools: [MonitoredPool], prober: ProberRules = ProberRules(), isOnPaper: Bool = false) {
        self.pools = pools
        self.prober = prober
        let nested = NestedPools(pools.map(\.definition))
        relatives = nested.relatives
        dependents = nested.dependents
        for (pool, monitored) in pools.enumerated() {
            let first = members.count
            for (target, definition) in monitored.definition.targets.enumerated() {
                for (index, subject) in definition.subjects.enumerated() {
                    let units = monitored.probes(of: definition, at: index, isOnPaper: isOnPaper).map { number($0) }
                    for (check, unit) in units.enumerated() { membersOfUnit[unit].append((members.count, check)) }
                    members.append(
                        Member(
                            pool: pool, target: target, index: index, place: members.count - first, subject: subject,
                            units: units))
                }
            }
            ranges.append(first..<members.count)
        }
        referenceUnits = prober.references.map { reference in
            let check = CheckDefinition(name: "reference", kind: .tcp, port: reference.port)
            return number(ProbeUnit(check: check, subject: .address(reference.address)))
        }
    }

    private mutating func number(_ unit: ProbeUnit) -> Int {
        if let known = numbers[unit] { return known }
        numbers[unit] = units.count
        units.append(unit)
        membersOfUnit.append([])
        if subjectNumbers[unit.subject] == nil {
            subjectNumbers[unit.subject] = subjects.count
            subjects.append(unit.subject)
        }
        subjectOfUnit.append(subjectNumbers[unit.subject] ?? 0)
        return units.count - 1
    }

    /// Takes over other TTLs.
    /// - Parameter pools: with the same members and checks.
    mutating func update(_ pools: [MonitoredPool]) { self.pools = pools }

    /// The pools whose answers may change with those of `changed`.
    func dependents(of changed: [Int]) -> [Int] {
        changed.count == 1 ? dependents[changed[0]] : Set(changed.flatMap { dependents[$0] }).sorted()
    }

    /// How far apart the first failures of one incident may lie: whoever was probed just before it fails one interval
    /// later.
    func incidentWindow(_ checks: [CheckDefinition]) -> Duration {
        let longest = checks.map(\.schedule.interval).max() ?? .zero
        return longest * 2 + .seconds(10)
    }

    /// The fixed part of a pool's state machine.
    func layout(pool: Int) -> PoolState.Layout {
        let monitored = pools[pool]
        let members = members[ranges[pool]]
        let count = monitored.definition.targets.count
        return PoolState.Layout(
            rules: monitored.rules, required: max(1, monitored.definition.service.minimumHealthy.required(of: count)),
            targets: members.map(\.target), places: members.map(\.index),
            checks: members.map { $0.units.map { MemberCheck(units[$0].check) } },
            targetCount: count,
            poolTargets: monitored.definition.targets.indices.filter {
                if case .pool = monitored.definition.targets[$0].endpoint { true } else { false }
            },
            incidentWindow: incidentWindow(monitored.checks))
    }
}

extension MemberCheck {
    init(_ check: CheckDefinition) { self.init(schedule: check.schedule, isAdvisory: check.role == .advisory) }
}

extension TargetDefinition {
    /// One for each address, or one for a host name without any.
    var subjects: [ProbeSubject] {
        switch endpoint {
        case .addresses(let addresses): addresses.map { .address($0) }
        case .host(let host): host.addresses.isEmpty ? [.host(host.name)] : host.addresses.map { .address($0) }
        // Its members are probed in the pool itself.
        case .pool: []
        }
    }
}
