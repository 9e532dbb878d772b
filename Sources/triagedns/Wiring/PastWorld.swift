// The pools as they were: planned anew from what was known then.

import Admin
import Checks
import DNSCore
import HealthChecks

struct PastWorld {
    let pools: [ServedPool]
    private let moments: [String: PoolMoment]
    private let definitions: [String: PoolDefinition]
    private let history: MomentHistory

    /// - Parameters:
    ///   - served: the pools of now, by their numbers.
    init(_ served: [ServedPool], _ history: MomentHistory, at time: Timestamp) {
        self.history = history
        var moments: [String: PoolMoment] = [:]
        for pool in served { moments[pool.definition.name] = history.moment(of: pool.definition.name, at: time) }
        self.moments = moments
        let definitions = served.map(\.definition)
        self.definitions = Dictionary(
            definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        pools = ServedPool.all(
            definitions,
            definitions.map { definition in
                moments[definition.name]?.conditions(for: definition)
                    ?? definition.targets.map { Array(repeating: MemberCondition(.unknown), count: $0.memberCount) }
            }, faults: definitions.map { moments[$0.name]?.faultTexts(for: $0) ?? [] })
    }

    /// Fails if nothing is known of one of the pools that an answer hung on.
    func requireKnown(_ names: [String]) throws(ExplainProblem) {
        for name in names where moments[name] == nil {
            let start = history.start(of: name).map {
                "; what is kept begins at \($0)"
            }
            throw .notKept("nothing is kept of the pool \(name) at that time\(start ?? "")")
        }
    }

    /// Says what each member's state was due to.
    func annotate(_ pools: inout [PoolExplanation]) {
        for index in pools.indices {
            if let moment = moments[pools[index].name] { pools[index].annotate(moment) }
        }
    }

    /// What is not as it was.
    func notes(on names: [String]) -> [String] {
        var notes: [String] = []
        for name in names {
            guard let moment = moments[name], let definition = definitions[name] else { continue }
            if moment.configuration != definition.fingerprint {
                notes.append(
                    "the pool \(name) was configured otherwise then: its targets and rules as of now, health as of then"
                )
            }
            if moment.run != history.run {
                notes.append(
                    "an earlier run of this server saw the pool \(name) so; whether it was still running is not known")
            }
        }
        return notes
    }
}

extension PoolExplanation {
    /// Fills in since when, and why, each member is in its state.
    mutating func annotate(_ moment: PoolMoment) {
        for target in targets.indices {
            for index in targets[target].members.indices {
                let address = targets[target].members[index].address ?? ""
                guard let member = moment[targets[target].name, address.withoutLastDot] else { continue }
                targets[target].members[index].orders = member.orders
                guard !address.isEmpty else { continue }
                targets[target].members[index].since = "\(member.since)"
                targets[target].members[index].reason = member.reason
                targets[target].members[index].faults = member.faults.map {
                    FaultExplanation(check: $0.check, layer: $0.layer.rawValue, text: $0.text)
                }
            }
        }
    }
}

extension String {
    fileprivate var withoutLastDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
