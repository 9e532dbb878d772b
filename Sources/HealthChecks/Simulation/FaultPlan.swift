// Whom a fault concerns: hosts are known by the addresses that they are answered with, whatever pools call them.

internal import Checks
public import DNSCore

/// Pools, the names that lead to them, and a fault of some of their hosts.
public struct FaultPlan: Sendable {
    let plan: MonitorPlan
    public let names: [PoolName]
    public let fault: Fault
    /// Members of all pools, as indices of `plan.members`.
    let members: [Int]
    /// The checks that see it.
    let units: [Int]
    /// Addresses and host names as answers have them.
    let answers: Set<String>

    /// What an operator calls hosts.
    public enum Subject: Hashable, Sendable {
        /// A target of this name, in all pools; or all of a pool.
        case target(String)
        case member(pool: String, target: String)
        case address(IPAddress)

        /// `TARGET`, `POOL`, `POOL/TARGET` or an address.
        public init(_ text: String) {
            if let address = IPAddress(text) {
                self = .address(address)
            } else if let slash = text.firstIndex(of: "/") {
                self = .member(pool: String(text[..<slash]), target: String(text[text.index(after: slash)...]))
            } else {
                self = .target(text)
            }
        }
    }

    /// There is nothing of this name.
    public struct NothingThere: Error, Hashable {
        public var subject: Subject
        /// All targets and pools that there are.
        public var known: [String]
    }

    /// - Parameter names: the zones' POOL records of addresses or host names.
    public init(
        _ pools: [MonitoredPool], prober: ProberRules, names: [PoolName], subjects: [Subject], fault: Fault
    ) throws(NothingThere) {
        var pools = pools
        // Hosts that are well are not probed in a simulation, and what is known of them must not grow old.
        for index in pools.indices { pools[index].rules.staleAfter = .seconds(864_000) }
        let plan = MonitorPlan(onPaper: pools, prober: prober)
        var hosts = Set<ProbeSubject>()
        for subject in subjects {
            let found = plan.hosts(of: subject)
            guard !found.isEmpty else { throw NothingThere(subject: subject, known: plan.known) }
            hosts.formUnion(found)
        }
        self.init(plan, names, hosts: hosts, fault)
    }

    init(_ plan: MonitorPlan, _ names: [PoolName], hosts: Set<ProbeSubject>, _ fault: Fault) {
        self.plan = plan
        self.names = names
        self.fault = fault
        members = plan.members.indices.filter { hosts.contains(plan.members[$0].subject) }
        answers = Set(hosts.map(\.answerText))
        let all = Set(members.flatMap { plan.members[$0].units })
        units = all.sorted().filter { fault.manner.verdict(of: plan.units[$0].check) != nil }
    }

    /// What triagedns.yaml calls the pool that a name leads to.
    public func poolName(of name: PoolName) -> String { plan.pools[name.pool].definition.name }

    /// What is answered for a host, in the order of the configuration.
    public var hosts: [String] {
        var seen = Set<String>()
        return members.map { plan.members[$0].subject.answerText }.filter { seen.insert($0).inserted }
    }

    /// Members whose hosts fail and that `pool`'s answers may be made of, those of nested pools included.
    func members(reachedBy pool: Int) -> [Int] {
        let reached = plan.reach(pool)
        return members.filter { reached.contains(plan.members[$0].pool) }
    }

    /// The names whose answers may be made of hosts that fail.
    var concerned: [PoolName] {
        names.filter { name in
            members(reachedBy: name.pool).contains { member in
                !fault.manner.isPartial || plan.members[member].units.contains { units.contains($0) }
            }
        }
    }
}

extension MonitorPlan {
    fileprivate func hosts(of subject: FaultPlan.Subject) -> [ProbeSubject] {
        switch subject {
        case .address(let address):
            // Of a host, its other addresses are gone, too, but only an operator can say so.
            return members.map(\.subject).filter { $0 == .address(address) }
        case .member(let pool, let target):
            return members.filter { name(of: $0) == target && pools[$0.pool].definition.name == pool }.map(\.subject)
        case .target(let name):
            let targets = members.filter { self.name(of: $0) == name }
            if !targets.isEmpty { return targets.map(\.subject) }
            guard let pool = pools.firstIndex(where: { $0.definition.name == name }) else { return [] }
            let reached = reach(pool)
            return members.filter { reached.contains($0.pool) }.map(\.subject)
        }
    }

    func name(of member: Member) -> String { pools[member.pool].definition.targets[member.target].name }

    fileprivate var known: [String] {
        var seen = Set<String>()
        return (members.map(name(of:)) + pools.map(\.definition.name)).filter {
            !$0.isEmpty && seen.insert($0).inserted
        }
    }

    /// A pool and all that are nested in it.
    func reach(_ pool: Int) -> Set<Int> {
        var reached: Set<Int> = [pool]
        var next = [pool]
        // Ends: each pool is looked at once.
        while let number = next.popLast() {
            for case .pool(let nested) in pools[number].definition.targets.map(\.endpoint) {
                guard let child = pools.firstIndex(where: { $0.definition.name == nested.name }) else { continue }
                if reached.insert(child).inserted { next.append(child) }
            }
        }
        return reached
    }
}

extension ProbeSubject {
    /// As `ServedAnswers` has it.
    var answerText: String {
        switch self {
        case .address(let address): "\(address)"
        case .host(let name): "\(name)"
        }
    }
}
